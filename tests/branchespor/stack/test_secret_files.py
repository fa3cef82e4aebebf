"""Secrets: made once, closed to others, never the same twice."""

import base64
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_ssh_private_key, load_ssh_public_key

from branchespor.settings import Settings
from branchespor.stack import secret_files


def test_every_secret_is_closed_to_others(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    secret_files.make_missing(settings)
    assert settings.secrets.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in settings.secrets.iterdir()} == {0o400}
    assert secret_files.loose(settings) == []


def test_what_is_there_stays_and_what_is_missing_is_made_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    secret_files.make_missing(settings)
    before = {path.name: path.read_bytes() for path in settings.secrets.iterdir()}
    assert secret_files.make_missing(settings) == []
    (settings.secrets / "pg_status").unlink()
    assert secret_files.make_missing(settings) == ["pg_status"]
    after = {path.name: path.read_bytes() for path in settings.secrets.iterdir()}
    assert [name for name in before if before[name] != after[name]] == ["pg_status"]


def test_no_two_secrets_are_equal(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    names = secret_files.make_missing(settings)
    assert len({settings.secret(name) for name in names}) == len(names)


def test_keys_of_the_identity_vault_are_32_bytes(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    secret_files.make_missing(settings)
    assert {len(base64.b64decode(settings.secret(name), validate=True)) for name in secret_files.KEYS} == {32}


def test_each_ssh_key_has_its_public_half(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    secret_files.make_missing(settings)
    for name in ("ssh_host_ed25519", "ssh_hub", "ssh_akasse-901"):
        private = load_ssh_private_key((settings.secrets / name).read_bytes(), None)
        public = load_ssh_public_key((settings.secrets / f"{name}.pub").read_bytes())
        assert private.public_key() == public


def test_a_file_that_others_may_read_is_named(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    secret_files.make_missing(settings)
    (settings.secrets / "kafka_admin").chmod(0o644)
    assert secret_files.loose(settings) == ["kafka_admin"]
