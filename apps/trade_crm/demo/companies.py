"""The sixty invented customers: name, local name, country, city, zone, language, currency, type, industry."""

from typing import NamedTuple


class Company(NamedTuple):
    """One customer of the demo company; `domain` is always below the reserved top-level name .example."""

    name: str
    local_name: str
    country: str
    city: str
    zone: str
    language: str
    currency: str
    account_type: str
    industry: str
    domain: str


_US, _CA = "America/Chicago", "America/Vancouver"
_ROWS: tuple[tuple[str, str, str, str, str, str, str, str, str], ...] = (
    ("Global Tech Inc.", "", "US", "Chicago", _US, "en", "USD", "distributor", "industrial_automation"),
    ("Prairie Motion Controls", "", "US", "Omaha", _US, "en", "USD", "importer", "industrial_automation"),
    ("Harbor Light Supply", "", "US", "Boston", "America/New_York", "en", "USD", "retailer", "marine"),
    ("Copper Canyon Tools", "", "US", "Phoenix", "America/Phoenix", "en", "USD", "distributor", "hardware"),
    ("Blue Ridge Fittings", "", "US", "Knoxville", "America/New_York", "en", "USD", "importer", "building_materials"),
    ("Lone Pine Packaging", "", "US", "Denver", "America/Denver", "en", "USD", "factory", "packaging"),
    ("Cascadia Outdoor Co-op", "", "CA", "Vancouver", _CA, "en", "CAD", "retailer", "home_garden"),
    ("Érable Équipement Inc.", "", "CA", "Montréal", "America/Toronto", "fr", "CAD", "importer", "machinery"),
    ("Northgate Power Systems", "", "CA", "Calgary", "America/Edmonton", "en", "CAD", "distributor", "energy"),
    ("Herramientas del Pacífico", "", "MX", "Guadalajara", "America/Mexico_City", "es", "USD", "distributor", "hardware"),
    ("Grupo Nopal Industrial", "", "MX", "Monterrey", "America/Monterrey", "es", "USD", "importer", "machinery"),
    ("Sierra Conectores", "", "MX", "Puebla", "America/Mexico_City", "es", "USD", "end_buyer", "electronics"),
    ("Lojas Horizonte Ltda.", "", "BR", "São Paulo", "America/Sao_Paulo", "pt", "USD", "retailer", "home_garden"),
    ("Serra Azul Automação", "", "BR", "Curitiba", "America/Sao_Paulo", "pt", "USD", "importer", "industrial_automation"),
    ("Porto Verde Irrigação", "", "BR", "Recife", "America/Recife", "pt", "USD", "distributor", "agriculture"),
    ("Pampa Riego S.A.", "", "AR", "Rosario", "America/Argentina/Cordoba", "es", "USD", "importer", "agriculture"),
    ("Río Manso Maquinaria", "", "AR", "Córdoba", "America/Argentina/Cordoba", "es", "USD", "distributor", "machinery"),
    ("Thornbury Marine Ltd", "", "GB", "Southampton", "Europe/London", "en", "GBP", "importer", "marine"),
    ("Kingsmere Electrical", "", "GB", "Leeds", "Europe/London", "en", "GBP", "distributor", "electronics"),
    ("Wexcombe Garden Goods", "", "GB", "Bristol", "Europe/London", "en", "GBP", "retailer", "home_garden"),
    ("Nordlicht Antriebe GmbH", "", "DE", "Hamburg", "Europe/Berlin", "de", "EUR", "distributor", "industrial_automation"),
    ("Falkenrode Werkzeuge KG", "", "DE", "Kassel", "Europe/Berlin", "de", "EUR", "importer", "hardware"),
    ("Steinbach Sensorik GmbH", "", "DE", "Ulm", "Europe/Berlin", "de", "EUR", "end_buyer", "industrial_automation"),
    ("Havelsee Gartenmarkt", "", "DE", "Potsdam", "Europe/Berlin", "de", "EUR", "retailer", "home_garden"),
    ("Ateliers de la Vilaine", "", "FR", "Rennes", "Europe/Paris", "fr", "EUR", "factory", "machinery"),
    ("Lumière Connectique SAS", "", "FR", "Lyon", "Europe/Paris", "fr", "EUR", "importer", "electronics"),
    ("Comptoir du Midi", "", "FR", "Toulouse", "Europe/Paris", "fr", "EUR", "distributor", "wholesale"),
    ("Ferretería Duero S.L.", "", "ES", "Valladolid", "Europe/Madrid", "es", "EUR", "retailer", "hardware"),
    ("Riegos del Turia S.A.", "", "ES", "Valencia", "Europe/Madrid", "es", "EUR", "importer", "agriculture"),
    ("Talleres Montseny", "", "ES", "Barcelona", "Europe/Madrid", "es", "EUR", "factory", "automotive"),
    ("Cantábrica Naval", "", "ES", "Gijón", "Europe/Madrid", "es", "EUR", "end_buyer", "marine"),
    ("Officine Trevisane S.r.l.", "", "IT", "Treviso", "Europe/Rome", "it", "EUR", "factory", "machinery"),
    ("Ligure Forniture Nautiche", "", "IT", "Genova", "Europe/Rome", "it", "EUR", "distributor", "marine"),
    ("Brianza Componenti", "", "IT", "Monza", "Europe/Rome", "it", "EUR", "importer", "electronics"),
    ("De Vries Bootonderdelen B.V.", "", "NL", "Rotterdam", "Europe/Amsterdam", "nl", "EUR", "importer", "marine"),
    ("Polderkas Techniek", "", "NL", "Venlo", "Europe/Amsterdam", "nl", "EUR", "distributor", "agriculture"),
    ("Zeeland Verpakking", "", "NL", "Goes", "Europe/Amsterdam", "nl", "EUR", "end_buyer", "packaging"),
    ("Wisła Automatyka Sp. z o.o.", "", "PL", "Gdańsk", "Europe/Warsaw", "pl", "EUR", "importer", "industrial_automation"),
    ("Karpaty Narzędzia", "", "PL", "Rzeszów", "Europe/Warsaw", "pl", "EUR", "distributor", "hardware"),
    ("Mazur Instalacje", "", "PL", "Olsztyn", "Europe/Warsaw", "pl", "EUR", "retailer", "building_materials"),
    ("Baikal Privod", "Байкал Привод", "RU", "Irkutsk", "Asia/Irkutsk", "ru", "CNY", "importer", "industrial_automation"),
    ("Neva Instrument", "Нева Инструмент", "RU", "Saint Petersburg", "Europe/Moscow", "ru", "CNY", "distributor", "hardware"),
    ("Volga Teplitsa", "Волга Теплица", "RU", "Samara", "Europe/Samara", "ru", "CNY", "end_buyer", "agriculture"),
    ("Anadolu Makine Sanayi A.Ş.", "", "TR", "Bursa", "Europe/Istanbul", "tr", "USD", "factory", "machinery"),
    ("Boğaz Denizcilik Malzemeleri", "", "TR", "İstanbul", "Europe/Istanbul", "tr", "USD", "distributor", "marine"),
    ("Ege Sulama Sistemleri", "", "TR", "İzmir", "Europe/Istanbul", "tr", "USD", "importer", "agriculture"),
    ("Al Noor Trading LLC", "النور للتجارة ذ.م.م", "AE", "Dubai", "Asia/Dubai", "ar", "AED", "importer", "wholesale"),
    ("Sahara Gate Building Materials", "بوابة الصحراء لمواد البناء", "AE", "Sharjah", "Asia/Dubai", "ar", "AED", "distributor", "building_materials"),
    ("Khor Marine Services", "خور للخدمات البحرية", "AE", "Abu Dhabi", "Asia/Dubai", "ar", "USD", "end_buyer", "marine"),
    ("Pearl Coast Electronics", "ساحل اللؤلؤ للإلكترونيات", "AE", "Dubai", "Asia/Dubai", "ar", "USD", "retailer", "electronics"),
    ("Nakamura Seiki K.K.", "中村精機株式会社", "JP", "Osaka", "Asia/Tokyo", "ja", "JPY", "factory", "industrial_automation"),
    ("Aoba Denki Shokai", "青葉電機商会", "JP", "Sendai", "Asia/Tokyo", "ja", "JPY", "distributor", "electronics"),
    ("Minato Kogu", "港工具株式会社", "JP", "Kobe", "Asia/Tokyo", "ja", "JPY", "importer", "hardware"),
    ("Saigon Automation JSC", "Công ty CP Tự động hóa Sài Gòn Mới", "VN", "Ho Chi Minh City", "Asia/Ho_Chi_Minh", "vi", "USD", "distributor", "industrial_automation"),
    ("Red River Connectors", "", "VN", "Hanoi", "Asia/Ho_Chi_Minh", "vi", "USD", "factory", "electronics"),
    ("Mekong Agri Supply", "", "VN", "Can Tho", "Asia/Ho_Chi_Minh", "vi", "USD", "importer", "agriculture"),
    ("Kestrel Marine Supplies", "", "ZA", "Durban", "Africa/Johannesburg", "en", "USD", "distributor", "marine"),
    ("Highveld Drives", "", "ZA", "Johannesburg", "Africa/Johannesburg", "en", "USD", "importer", "industrial_automation"),
    ("Karoo Irrigation", "", "ZA", "Bloemfontein", "Africa/Johannesburg", "en", "USD", "end_buyer", "agriculture"),
    ("Table Bay Hardware", "", "ZA", "Cape Town", "Africa/Johannesburg", "en", "USD", "retailer", "hardware"),
)


def _domain(name: str) -> str:
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.casefold())
    return "-".join(part for part in kept.split("-") if part)[:40].strip("-") + ".example"


COMPANIES: tuple[Company, ...] = tuple(Company(*row, _domain(row[0])) for row in _ROWS)
