"""What can go wrong with named secrets.

SecretError
├── SecretMissing   422  nobody has put in a secret of this name
└── SecretLocked    503  it is there, but this installation's key does not open it
"""

from __future__ import annotations

from platform_core.errors import TradewindError
from platform_core.i18n import N_


class SecretError(TradewindError):
    """Base of what using a named secret may raise."""

    code = "secret"
    default_message = N_("The secret cannot be used.")


class SecretMissing(SecretError):
    """There is no secret of this name."""

    code = "secret_missing"
    status = 422
    default_message = N_("There is no secret named {name}.")

    def __init__(self, name: str) -> None:
        super().__init__(params={"name": name}, remedy=N_("An admin puts it in under Settings, Secrets."))


class SecretLocked(SecretError):
    """The key of this installation is another one than the secrets were sealed under.

    `sealed_under` and `present` are fingerprints of keys.
    """

    code = "secret_locked"
    status = 503
    default_message = N_(
        "The secrets were sealed under the key {sealed}, and this installation has the key {present}."
    )

    def __init__(self, sealed_under: str, present: str) -> None:
        self.sealed_under, self.present = sealed_under, present
        super().__init__(
            params={"sealed": sealed_under, "present": present},
            remedy=N_(
                "Bring back the secret.key it was sealed under, or run: tradewind secrets rewrap --old-key FILE"
            ),
        )
