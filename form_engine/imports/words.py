"""What spreadsheets of trading companies call their columns, in the languages they come in.

Words are written here as `plain` leaves them: folded, letters and digits only.
"""

from __future__ import annotations

from collections.abc import Mapping

Words = frozenset[str]


def _words(text: str) -> Words:
    return frozenset(text.split())


BY_TYPE: Mapping[str, Words] = {
    "email": _words(
        "email emails mail emailaddress mailaddress emailid contactemail 邮箱 电子邮箱 电子邮件 邮件 邮箱地址 邮件地址 correo"
        " correoelectrónico correoelectronico courriel adresseemail adressemail البريد البريدالإلكتروني بريدإلكتروني emailadresse"
    ),
    "phone": _words(
        "phone tel telephone telno phoneno phonenumber telephonenumber mobile mobilephone cell cellphone landline 电话 手机"
        " 手机号 手机号码 联系电话 电话号码 固定电话 座机 teléfono telefono móvil movil celular téléphone telephone portable"
        " numérodetéléphone telefon telefonnummer handy هاتف الهاتف رقمالهاتف جوال الجوال تلفون"
    ),
    "country": _words(
        "country countryregion countryname nation 国家 国家地区 国别 所在国家 país pais pays land بلد البلد الدولة"
    ),
    "url": _words(
        "website web url homepage webpage site companywebsite 网站 网址 官网 公司网站 公司网址 主页 sitioweb sitio páginaweb"
        " paginaweb siteweb siteinternet webseite موقع الموقع الموقعالإلكتروني"
    ),
    "currency": _words(
        "currency curr ccy 币种 货币 结算币种 moneda divisa devise monnaie währung عملة العملة"
    ),
    "language": _words("language lang 语言 语种 idioma langue sprache لغة اللغة"),
    "timezone": _words("timezone tz 时区 zonahoraria husohorario fuseauhoraire zeitzone المنطقةالزمنية"),
}
"""By the type of the field; a word here means the first field of that type that is still free."""

BY_NAME: Mapping[str, Words] = {
    "whatsapp": _words("whatsapp wa whatsappno whatsappnumber واتساب واتس"),
    "city": _words("city town 城市 所在城市 ciudad ville stadt مدينة المدينة"),
    "address": _words(
        "address street addressline addressline1 streetaddress 地址 详细地址 公司地址 联系地址 dirección direccion domicilio"
        " adresse anschrift عنوان العنوان"
    ),
    "remark": _words(
        "remark remarks note notes comment comments memo description 备注 说明 注释 observaciones notas comentarios"
        " remarque remarques commentaire commentaires bemerkung bemerkungen ملاحظات ملاحظة"
    ),
    "position": _words(
        "position title jobtitle job role function 职位 职务 岗位 cargo puesto poste fonction titre المنصب الوظيفة"
    ),
    "industry": _words(
        "industry sector branch 行业 所属行业 sector industria secteur branche القطاع الصناعة"
    ),
    "source": _words(
        "source leadsource channel origin 来源 客户来源 渠道 线索来源 origen fuente origine quelle المصدر"
    ),
    "owner": _words(
        "owner salesrep salesperson rep accountmanager responsible seller 负责人 业务员 跟进人 销售 所属业务员 销售员"
        " responsable vendedor propietario commercial vendeur propriétaire verantwortlich المسؤول مندوبالمبيعات"
    ),
    "code": _words(
        "code number customerno customercode customernumber accountnumber id 编号 客户编号 代码 código codigo número numero"
        " numéro kundennummer رقم الرقم رقمالعميل"
    ),
    "quantity": _words("quantity qty 数量 cantidad quantité quantite menge كمية الكمية"),
    "given_name": _words("firstname givenname forename 名 nombredepila prénom prenom vorname الاسمالأول"),
    "family_name": _words(
        "lastname surname familyname 姓 apellido apellidos nomdefamille nachname اسمالعائلة"
    ),
}
"""By the name of the field."""

COMPANY = _words(
    "company companyname customer customername client clientname account accountname firm organisation organization"
    " buyer importer 公司 公司名称 公司名 客户 客户名称 客户名 企业 企业名称 单位名称 买家 empresa compañía compania cliente"
    " nombredelaempresa razónsocial razonsocial entreprise société societe client raisonsociale firma unternehmen kunde"
    " شركة الشركة اسمالشركة العميل"
)
PERSON = _words(
    "contact contactname contactperson person fullname personname 联系人 联系人姓名 姓名 contacto personadecontacto"
    " nombrecompleto interlocuteur personneàcontacter nomcomplet ansprechpartner جهةالاتصال شخصالاتصال الاسمالكامل"
)
NAME = _words("name names 名称 名字 nombre nom nome الاسم اسم")

COMPANY_FIELDS = ("account", "customer", "company", "company_name", "supplier", "organisation", "name")
PERSON_FIELDS = ("contact_name", "contact", "full_name", "person", "name")
NAME_FIELDS = ("name", "full_name", "company_name", "title")
