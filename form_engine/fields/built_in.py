"""The product's own field types, in the order of the designer's palette."""

from __future__ import annotations

from typing import Any

from form_engine.fields.address import AddressType
from form_engine.fields.autonumber import AutonumberType
from form_engine.fields.barcode import BarcodeType
from form_engine.fields.base import FieldType
from form_engine.fields.boolean import BooleanType
from form_engine.fields.children import ChildrenType
from form_engine.fields.choice import ChoiceType
from form_engine.fields.choices import ChoicesType
from form_engine.fields.consent import ConsentType
from form_engine.fields.country import CountryType
from form_engine.fields.currency import CurrencyType
from form_engine.fields.date import DateType
from form_engine.fields.datetime import DatetimeType
from form_engine.fields.decimal import DecimalType
from form_engine.fields.duration import DurationType
from form_engine.fields.email import EmailType
from form_engine.fields.file import FileType
from form_engine.fields.files import FilesType
from form_engine.fields.geo import GeoType
from form_engine.fields.image import ImageType
from form_engine.fields.integer import IntegerType
from form_engine.fields.json import JsonType
from form_engine.fields.language import LanguageType
from form_engine.fields.link import LinkType
from form_engine.fields.links import LinksType
from form_engine.fields.long_text import LongTextType
from form_engine.fields.money import MoneyType
from form_engine.fields.percent import PercentType
from form_engine.fields.phone import PhoneType
from form_engine.fields.rating import RatingType
from form_engine.fields.rich_text import RichTextType
from form_engine.fields.signature import SignatureType
from form_engine.fields.social import SocialType
from form_engine.fields.tags import TagsType
from form_engine.fields.team import TeamType
from form_engine.fields.text import TextType
from form_engine.fields.time import TimeType
from form_engine.fields.timezone import TimezoneType
from form_engine.fields.tree_choice import TreeChoiceType
from form_engine.fields.url import UrlType
from form_engine.fields.user import UserType
from form_engine.fields.users import UsersType

# `Any`: each type knows its own field struct; the registry hands it no other.
BUILT_IN: tuple[type[FieldType[Any]], ...] = (
    TextType,
    LongTextType,
    RichTextType,
    IntegerType,
    DecimalType,
    PercentType,
    MoneyType,
    RatingType,
    BooleanType,
    ChoiceType,
    ChoicesType,
    TreeChoiceType,
    TagsType,
    DateType,
    DatetimeType,
    TimeType,
    DurationType,
    EmailType,
    PhoneType,
    UrlType,
    SocialType,
    AddressType,
    GeoType,
    CountryType,
    CurrencyType,
    LanguageType,
    TimezoneType,
    LinkType,
    LinksType,
    ChildrenType,
    UserType,
    UsersType,
    TeamType,
    AutonumberType,
    FileType,
    FilesType,
    ImageType,
    SignatureType,
    ConsentType,
    BarcodeType,
    JsonType,
)
