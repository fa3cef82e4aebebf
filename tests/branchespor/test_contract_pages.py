"""The partners' pages are the contracts', to the letter; whoever changes one sees the other fail."""

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from branchespor.cli import main
from branchespor.commands.contract import contract as command
from branchespor.contract_pages import page
from branchespor.contract_words import PURPOSES
from branchespor.settings import CHECKOUT
from producers.feeds import FEEDS
from schemas.catalogue import FILE as CATALOGUE
from schemas.feed_contracts import contract
from validation.expectations import suite

PAGES = CHECKOUT / "docs" / "partners"
NAMES = [feed.name for feed in FEEDS]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_a_feed_is_made_of_its_contract(name: str) -> None:
    assert (PAGES / f"{name}.md").read_text(encoding="utf-8") == page(contract(name)), "branchespor contract pages"


def test_there_are_no_pages_but_those_of_the_feeds() -> None:
    assert sorted(path.stem for path in PAGES.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_names_every_rule_with_its_code_every_column_and_what_is_never_kept(name: str) -> None:
    text = page(contract(name))

    for each in suite(name.replace("-", "_")).expectations:
        assert f"| `{each.rule}` | {each.code} | " in text
    for record in contract(name).records:
        for column in record.columns:
            assert f"| `{column.name}` | " in text
            if column.terms.handling in ("dropped", "alarm"):
                line = next(line for line in text.splitlines() if line.startswith(f"| `{column.name}` | "))
                assert "skæres væk ulæst, gemmes aldrig" in line


def test_every_purpose_of_the_catalogue_has_danish_words() -> None:
    assert PURPOSES.keys() == yaml.safe_load(CATALOGUE.read_bytes())["purposes"].keys()


def test_the_command_shows_a_page_and_writes_all(tmp_path: Path) -> None:
    shown = CliRunner().invoke(command, ["show", "amu"])
    written = CliRunner().invoke(command, ["pages", "--out", str(tmp_path / "new")])

    assert (shown.exit_code, shown.stdout) == (0, page(contract("amu")))
    assert written.exit_code == 0
    assert {path.name for path in (tmp_path / "new").iterdir()} == {f"{name}.md" for name in NAMES}


def test_an_unknown_feed_and_a_place_that_cannot_be_written_are_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    for arguments, told in (
        (["contract", "show", "no-feed"], "unknown feed: there are akasse-bestand"),
        (["contract", "pages", "--out", str(tmp_path / "file" / "in")], "cannot be written"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
        assert told in capsys.readouterr().err
