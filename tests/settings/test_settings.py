"""Settings: where they come from, who wins, and what a wrong one says."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from platform_core import settings
from platform_core.settings import Settings, SettingsError


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_anything_set_the_defaults_are_an_embedded_installation(tmp_path: Path) -> None:
    loaded = settings.load(environ={})
    assert loaded.data == tmp_path / "data"
    assert loaded.database_url == f"sqlite:///{tmp_path / 'data' / 'tradewind.db'}"
    assert (loaded.host, loaded.port, loaded.demo, loaded.worker) == ("127.0.0.1", 8000, True, True)
    assert loaded.redis_url is None
    assert loaded.version


def test_the_command_line_beats_the_environment_beats_the_file_beats_the_default(tmp_path: Path) -> None:
    (tmp_path / "tradewind.toml").write_text('port = 1\nhost = "file"\nlanguage = "zh"\ncompany = "File"\n')
    loaded = settings.load({"port": "3", "host": None}, {"TRADEWIND_PORT": "2", "TRADEWIND_HOST": "env"})
    assert (loaded.port, loaded.host, loaded.language, loaded.zone) == (3, "env", "zh", "UTC")


def test_every_type_is_read_from_text_and_from_toml(tmp_path: Path) -> None:
    (tmp_path / "tradewind.toml").write_text(
        'demo = false\nsession_hours = 8\noutbound_allow = ["a.b", "10.0.0.0/8"]\n'
    )
    loaded = settings.load({}, {"TRADEWIND_WORKER": "off", "TRADEWIND_UPLOAD_MAX_BYTES": "1_000_000"})
    assert (loaded.demo, loaded.worker, loaded.session_hours) == (False, False, 8)
    assert loaded.upload_max_bytes == 1_000_000
    assert loaded.outbound_allow == ("a.b", "10.0.0.0/8")


def test_the_file_may_lie_in_the_data_folder_or_be_named(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "tradewind.toml").write_text("port = 1\n")
    assert settings.load({"data": "there"}, {}).port == 1
    (tmp_path / "named.toml").write_text("port = 2\n")
    assert settings.load({}, {"TRADEWIND_CONFIG": "named.toml"}).port == 2


def test_an_empty_variable_counts_as_not_set() -> None:
    assert settings.load({}, {"TRADEWIND_REDIS_URL": ""}).redis_url is None


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("TRADEWIND_PORT", "http", "digits"),
        ("TRADEWIND_PORT", "70000", "65535"),
        ("TRADEWIND_DEMO", "perhaps", "true or false"),
        ("TRADEWIND_LOG_FORMAT", "xml", "text, json"),
        ("TRADEWIND_ZONE", "Moon/Crater", "IANA"),
        ("TRADEWIND_ZONE", "../etc/passwd", "IANA"),
        ("TRADEWIND_BASE_CURRENCY", "Euro", "ISO 4217"),
        ("TRADEWIND_LANGUAGE", "English!", "en or zh"),
        ("TRADEWIND_DATABASE_URL", "mysql://x", "postgresql://"),
        ("TRADEWIND_REDIS_URL", "localhost", "redis://"),
        ("TRADEWIND_SESSION_HOURS", "0", "1 or more"),
        ("TRADEWIND_CONFIG", "nowhere.toml", "tradewind.toml"),
        ("TRADEWIND_PROT", "1", "TRADEWIND_PORT"),
        ("TRADEWIND_ZZZ", "1", "settings.md"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_a_remedy(name: str, value: str, remedy: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings.load({}, {name: value})
    said = str(refused.value)
    assert value in said
    assert remedy in said
    assert refused.value.name in (name, "config")


def test_a_wrong_setting_in_the_file_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "tradewind.toml").write_text("prot = 1\n")
    with pytest.raises(SettingsError, match="port"):
        settings.load(environ={})
    (tmp_path / "tradewind.toml").write_text("port = 'x'\n")
    with pytest.raises(SettingsError, match=r"tradewind\.toml: port"):
        settings.load(environ={})
    (tmp_path / "tradewind.toml").write_text("port = = 1\n")
    with pytest.raises(SettingsError, match="TOML"):
        settings.load(environ={})


def test_the_secret_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = settings.load(environ={})
    file = tmp_path / "data" / "secret.key"
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert len(first.secret_key) >= 32
    assert settings.load(environ={}).secret_key == first.secret_key
    assert [path.name for path in file.parent.iterdir()] == ["secret.key"]


def test_a_secret_key_from_the_environment_is_used_and_never_shown() -> None:
    key = "k" * 32
    assert settings.load({}, {"TRADEWIND_SECRET_KEY": key}).secret_key == key.encode()
    assert key not in repr(settings.load({}, {"TRADEWIND_SECRET_KEY": key}))
    with pytest.raises(SettingsError) as refused:
        settings.load({}, {"TRADEWIND_SECRET_KEY": "short"})
    assert "short'" not in str(refused.value)


def test_a_password_in_a_wrong_address_is_not_shown() -> None:
    with pytest.raises(SettingsError) as refused:
        settings.load({}, {"TRADEWIND_DATABASE_URL": "mysql://lina:hush@db/x"})
    assert "hush" not in str(refused.value)


def test_a_damaged_secret_key_is_not_replaced_silently(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret.key").write_text("x")
    with pytest.raises(SettingsError, match="backup"):
        settings.load(environ={})


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="--data = .* cannot be used"):
        settings.load({"data": str(tmp_path / "file" / "data")}, {})


def test_settings_are_asked_for_only_after_they_are_in_use() -> None:
    settings.use(None)
    with pytest.raises(RuntimeError, match="no settings yet"):
        settings.current()
    loaded = settings.load(environ={})
    settings.use(loaded)
    assert settings.current() is loaded
    settings.use(None)


def test_the_reference_lists_every_setting() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
    listed = re.findall(r"^\| `(\w+)` \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(set(Settings.__struct_fields__) - {"version"})
