"""The invented goods, suppliers and names from which the demo's history is drawn."""

PRODUCTS: tuple[dict[str, str], ...] = (
    {
        "sku": "GT-A500",
        "name": "Motion controller GT-A500",
        "name_zh": "运动控制器 GT-A500",
        "category": "controllers",
        "price": "186.50",
        "cost": "820.00",
    },
    {
        "sku": "GT-A300",
        "name": "Motion controller GT-A300",
        "name_zh": "运动控制器 GT-A300",
        "category": "controllers",
        "price": "124.00",
        "cost": "560.00",
    },
    {
        "sku": "SN-210",
        "name": "Inductive sensor M12",
        "name_zh": "电感式传感器 M12",
        "category": "sensors",
        "price": "6.85",
        "cost": "28.40",
    },
    {
        "sku": "SN-340",
        "name": "Photoelectric sensor",
        "name_zh": "光电传感器",
        "category": "sensors",
        "price": "11.20",
        "cost": "47.00",
    },
    {
        "sku": "DR-075",
        "name": "Servo drive 750 W",
        "name_zh": "750瓦伺服驱动器",
        "category": "drives",
        "price": "142.00",
        "cost": "640.00",
    },
    {
        "sku": "MT-090",
        "name": "Stepper motor 90 mm",
        "name_zh": "90毫米步进电机",
        "category": "drives",
        "price": "58.40",
        "cost": "255.00",
    },
    {
        "sku": "PS-240",
        "name": "DIN rail power supply 240 W",
        "name_zh": "240瓦导轨电源",
        "category": "power_supplies",
        "price": "27.90",
        "cost": "118.00",
    },
    {
        "sku": "CN-M12",
        "name": "M12 connector cable 5 m",
        "name_zh": "M12连接线 5米",
        "category": "connectors",
        "price": "4.35",
        "cost": "17.20",
    },
    {
        "sku": "EN-604",
        "name": "Steel enclosure 600×400",
        "name_zh": "600×400钢制机箱",
        "category": "enclosures",
        "price": "48.00",
        "cost": "212.00",
    },
    {
        "sku": "TL-118",
        "name": "Torque wrench set",
        "name_zh": "扭力扳手套装",
        "category": "tools",
        "price": "21.60",
        "cost": "92.00",
    },
    {
        "sku": "FT-050",
        "name": "Brass ball valve DN50",
        "name_zh": "DN50黄铜球阀",
        "category": "fittings",
        "price": "9.05",
        "cost": "56.50",
    },
    {
        "sku": "AC-020",
        "name": "Cable gland set",
        "name_zh": "电缆接头套装",
        "category": "accessories",
        "price": "2.40",
        "cost": "9.60",
    },
)

SUPPLIERS: tuple[dict[str, str], ...] = (
    {
        "name": "Yongjiang Control Works",
        "local_name": "甬江控制器厂",
        "city": "Ningbo",
        "category": "controllers",
        "grade": "a",
    },
    {
        "name": "Lingfeng Sensor Co.",
        "local_name": "灵峰传感器有限公司",
        "city": "Wenzhou",
        "category": "sensors",
        "grade": "a",
    },
    {
        "name": "Taihu Motor Factory",
        "local_name": "太湖电机厂",
        "city": "Wuxi",
        "category": "drives",
        "grade": "b",
    },
    {
        "name": "Qiantang Metal Box",
        "local_name": "钱塘机箱厂",
        "city": "Hangzhou",
        "category": "enclosures",
        "grade": "b",
    },
    {
        "name": "Yuhuan Valve Workshop",
        "local_name": "玉环阀门工坊",
        "city": "Taizhou",
        "category": "fittings",
        "grade": "b",
    },
    {
        "name": "Donghai Tool Maker",
        "local_name": "东海工具厂",
        "city": "Jinhua",
        "category": "tools",
        "grade": "c",
    },
)

FIRST_NAMES: dict[str, tuple[str, ...]] = {
    "US": ("Priya", "Dana", "Marcus", "Ellen"), "CA": ("Claire", "Owen", "Mathieu"), "MX": ("Lucía", "Raúl"),
    "BR": ("Beatriz", "Thiago"), "AR": ("Martina", "Ignacio"), "GB": ("Harriet", "Colin"), "DE": ("Jürgen", "Katrin"),
    "FR": ("Élodie", "Bastien"), "ES": ("Inés", "Gonzalo"), "IT": ("Chiara", "Matteo"), "NL": ("Anneke", "Joris"),
    "PL": ("Agnieszka", "Tomasz"), "RU": ("Olga", "Dmitri"), "TR": ("Elif", "Emre"), "AE": ("Mariam", "Yousef"),
    "JP": ("Haruka", "Kenji"), "VN": ("Linh", "Minh"), "ZA": ("Thandi", "Pieter"),
}  # fmt: skip
LAST_NAMES: dict[str, tuple[str, ...]] = {
    "US": ("Raman", "Moore", "Whitfield"), "CA": ("Tremblay", "Fraser"), "MX": ("Cárdenas", "Ibarra"),
    "BR": ("Figueira", "Moraes"), "AR": ("Quiroga", "Bianchi"), "GB": ("Ashdown", "Pemberton"), "DE": ("Vogt", "Lindner"),
    "FR": ("Garnier", "Lemoine"), "ES": ("Cuesta", "Roldán"), "IT": ("Gallo", "Ferrando"), "NL": ("de Vries", "Bakker"),
    "PL": ("Zawadzka", "Kowal"), "RU": ("Orlova", "Sokolov"), "TR": ("Aydın", "Kaplan"), "AE": ("Al Farsi", "Haddad"),
    "JP": ("Nakamura", "Ishida"), "VN": ("Tran", "Nguyen"), "ZA": ("Dlamini", "Botha"),
}  # fmt: skip

POSITIONS: tuple[tuple[str, str], ...] = (
    ("Purchasing director", "kdm"), ("Purchasing manager", "purchaser"), ("Engineer", "technical"), ("Owner", "kdm"),
    ("Accounts payable", "finance"), ("Product manager", "influencer"),
)  # fmt: skip

TALK: tuple[tuple[str, str, str], ...] = (
    ("call", "Introductory call", "They buy twice a year and want one supplier for controllers and sensors."),
    ("mail", "Sent the catalogue", "Catalogue and price list mailed, asked for yearly quantities."),
    ("mail", "Asked for the target price", "Target price is about five per cent below the last offer."),
    ("meeting", "Video meeting with the engineer", "Checked the drawings; the carton has to be stronger."),
    ("chat", "Confirmed the label text", "Labels in two languages, barcode on the short side."),
    ("call", "Follow-up on the quote", "Decision expected after the board meets."),
    ("mail", "Sent the sample tracking number", "Sample left by courier, five pieces."),
    ("call", "Payment terms discussed", "They ask for 30 per cent deposit, balance against copy of B/L."),
    ("visit", "Visited the warehouse", "Stock for about two months, reorder point is six weeks."),
    ("exhibition", "Talk at the booth", "Interested in the new controller, asked for certificates."),
)

NOTES: tuple[tuple[str, str], ...] = (
    ("Packing", "Cartons at most 18 kg, no staples, pallets heat treated."),
    ("How they decide", "The engineer proposes, purchasing negotiates, the owner signs."),
    ("Season", "They order before the spring season; ask again in November."),
    ("Documents", "Certificate of origin with every shipment, packing list separate from the invoice."),
)
