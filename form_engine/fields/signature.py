"""`signature`: a drawn signature, kept as a picture that tells who made it and when."""

from __future__ import annotations

from form_engine.definition import ValueField
from form_engine.fields.image import PictureType
from platform_core.i18n import N_


class SignatureField(ValueField, frozen=True, kw_only=True, tag="signature"):
    """A signature. It is drawn, or a picture of one is uploaded; its file says who and when."""


class SignatureType(PictureType[SignatureField]):
    name = "signature"
    definition = SignatureField
    label = N_("Signature")
    widgets = ("signature", "image")
