"""What redaction promises: no secret that was resolved is readable in a redacted text, however it was put there."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings, strategies as st

from snowconf.config.secrets import Secrets
from snowconf.model.redacting import MASK
from snowconf.model.value import SecretSource

# Short words are masked as whole words only, which has a law of its own.
WORDS = st.text(st.characters(categories=("Ll", "Lu", "Nd")), min_size=4, max_size=5)
SECRETS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=4, max_size=30
).filter(lambda secret: len(secret) > 5 or not secret.isalnum())
AROUND = st.text(st.characters(codec="ascii"), max_size=12)


def hidden(secret: str, text: str) -> str:
    """The text after redaction in a run that used the secret."""
    secrets = Secrets({"NAME": secret}, Path())
    secrets.resolve(SecretSource("env", "NAME"))
    return secrets.redact(text)


@given(secret=SECRETS, before=AROUND, after=AROUND)
@settings(deadline=None)
@pytest.mark.parametrize(
    "encode",
    [
        str,
        quote,
        quote_plus,
        json.dumps,
        lambda secret: secret.encode().hex(),
        lambda secret: base64.b64encode(secret.encode()).decode(),
    ],
    ids=["plain", "url", "form", "json", "hex", "base64"],
)
def test_an_encoded_secret_is_not_left_in_a_text(
    secret: str, before: str, after: str, encode: Callable[[str], str]
) -> None:
    """Whatever stands around it, the encoded secret is masked."""
    shown = hidden(secret, f"{before}{encode(secret)}{after}")
    assert MASK in shown
    assert encode(secret) not in shown.replace(MASK, "\0")


@given(secret=SECRETS, before=AROUND, after=AROUND)
@settings(deadline=None)
def test_base64_of_a_text_with_the_secret_in_it_gives_nothing_away(
    secret: str, before: str, after: str
) -> None:
    """`user:secret` in a header is masked too, at any offset."""
    shown = hidden(secret, base64.b64encode(f"{before}{secret}{after}".encode()).decode())
    assert MASK in shown
    for part in shown.split(MASK):
        for offset in range(4):
            whole = part[offset:].rstrip("=")
            readable = base64.b64decode(whole[: len(whole) // 4 * 4])
            assert secret.encode() not in readable


@given(secret=WORDS, before=AROUND, after=AROUND)
@settings(deadline=None)
def test_a_short_word_is_masked_where_it_stands_alone(secret: str, before: str, after: str) -> None:
    """As a word, as a value, and in the credentials of a header; not as a part of another word."""
    shown = hidden(secret, f"{before} {secret}-{after}")
    assert MASK in shown
    assert hidden(secret, f"x{secret}y") == f"x{secret}y"
    basic = base64.b64encode(f"user:{secret}".encode()).decode()
    assert basic not in hidden(secret, basic)


def test_a_password_called_admin_leaves_other_words_alone() -> None:
    """Administrators and user_admin stay readable."""
    text = "administrator of user_admin, admin, password=admin"
    assert hidden("admin", text) == f"administrator of user_admin, {MASK}, password={MASK}"


@given(text=AROUND)
@settings(deadline=None)
def test_a_text_without_the_secret_stays_as_it_is(text: str) -> None:
    """Nothing else is changed."""
    assert hidden("a secret that stands nowhere", text) == text
