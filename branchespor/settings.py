"""Settings, in one typed place: environment variables with the prefix BRANCHESPOR_, secrets from files."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.errors import Unavailable, WrongSetting

PREFIX = "BRANCHESPOR_"
CHECKOUT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """What can be set. Every server binds to `host`; every port is its own number plus `port_offset`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    home: Path = Field(default=Path(".local"), description="where data, logs and secrets of the local stack lie")
    profile: Literal["local", "production"] = Field(default="local", description="production refuses test aids")
    synthetic_identities: bool = Field(
        default=True, description="only CPR numbers with day + 60; refused in production"
    )
    policy_file: Path | None = Field(default=None, description="policy record; the one in the package if unset")
    host: str = Field(default="127.0.0.1", description="address of every local server")
    port_offset: int = Field(
        default=0,
        ge=0,
        le=20000,
        description="added to every port: a second stack beside the first; beyond 13000 some ports are of those that "
        "Linux gives to connections, and one may be taken when its service starts",
    )
    postgres_port: int = Field(default=15432, ge=1024, le=45000)
    kafka_port: int = Field(default=19092, ge=1024, le=45000)
    kafka_controller_port: int = Field(default=19093, ge=1024, le=45000)
    registry_port: int = Field(default=18081, ge=1024, le=45000)
    registry_management_port: int = Field(default=18082, ge=1024, le=45000)
    airflow_port: int = Field(default=18080, ge=1024, le=45000)
    airflow_worker_log_port: int = Field(default=18793, ge=1024, le=45000)
    airflow_trigger_log_port: int = Field(default=18794, ge=1024, le=45000)
    airflow_scheduler_health_port: int = Field(default=18974, ge=1024, le=45000)
    sftp_port: int = Field(default=12022, ge=1024, le=45000)
    partner_http_port: int = Field(default=18090, ge=1024, le=45000)
    jars: Path = Field(
        default=CHECKOUT / ".local" / "jars", description="where the pinned jars are kept, for all stacks"
    )
    maven_repository_url: str | None = Field(default=None, description="where the pinned jars come from")
    quarantine_days: int = Field(
        default=30, ge=1, le=3650, description="how long what is held back may wait for a decision before an alarm"
    )
    failpoints: str = Field(default="", description="test aid: name=action, see consumers.failpoints")

    def port(self, name: str) -> int:
        """The port of a service with the offset, for example `port("kafka")`."""
        number: int = getattr(self, f"{name}_port")
        return number + self.port_offset

    @property
    def secrets(self) -> Path:
        """Folder of the secret files (0700; files 0400 or 0600)."""
        return self.home.resolve() / "secrets"

    def secret(self, name: str) -> str:
        """The text of one secret file; Unavailable names the file if it is missing: no stack was ever started here."""
        path = self.secrets / name
        try:
            return path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise Unavailable(f"secret file {path} is missing: run `branchespor up` first") from None

    def dsn(self, role: str, database: str = "branchespor") -> str:
        """libpq connection string of one database role; its password comes from the secret file `pg_ROLE`."""
        return (
            f"host={self.host} port={self.port('postgres')} dbname={database} user={role} "
            f"password={self.secret(f'pg_{role}')} connect_timeout=5"
        )

    def kafka(self, user: str) -> dict[str, str]:
        """Connection settings of one Kafka user, named as kafka-python names them; password file `kafka_USER`."""
        return {
            "bootstrap_servers": f"{self.host}:{self.port('kafka')}",
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": user,
            "sasl_plain_password": self.secret(f"kafka_{user}"),
        }


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises WrongSetting that names the variable and what is wrong with it."""
    environment = os.environ if environment is None else environment
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    for name in given:
        if name not in known:
            raise WrongSetting(f"{name} is no setting of branchespor: see the README for those there are")
    try:
        settings = Settings(**{name.removeprefix(PREFIX).lower(): value for name, value in given.items()})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise WrongSetting(f"{name}: {first['msg']}") from None
    if settings.profile == "production" and settings.synthetic_identities:
        raise WrongSetting(f"{PREFIX}SYNTHETIC_IDENTITIES must be false with {PREFIX}PROFILE=production")
    if settings.profile == "production" and settings.failpoints:
        raise WrongSetting(f"{PREFIX}FAILPOINTS must be empty with {PREFIX}PROFILE=production")
    return settings
