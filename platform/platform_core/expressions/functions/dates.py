"""Functions on dates, instants and times. Instants are read in the zone of the evaluation; weeks begin on Monday."""

from __future__ import annotations

import calendar as month_lengths
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from platform_core.expressions import arithmetic, sql_dates
from platform_core.expressions.arithmetic import Number, bounded_date
from platform_core.expressions.environment import Env
from platform_core.expressions.errors import EvaluationError
from platform_core.expressions.functions.spec import FunctionSpec, built_in
from platform_core.expressions.limits import DAY_SPAN, WIDE
from platform_core.i18n import N_

_DAY: Final = timedelta(days=1)
_MICROSECONDS_PER_HOUR: Final = 3_600_000_000
NO_SUCH_DATE: Final = N_("There is no such date or time.")
_CLOCK: Final = re.compile(r"\d\d:\d\d(:\d\d)?", re.ASCII)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
"""One spelling for every back end: what else Python reads differs from version to version."""
_SPAN: Final = 4_000_000
"""More days or months than a calendar has; larger steps end out of range anyway."""


def local(env: Env, moment: datetime) -> datetime:
    """The instant on the clocks of the evaluation's zone, without an offset."""
    return moment.astimezone(env.zone).replace(tzinfo=None)


def instant(env: Env, wall: datetime) -> datetime:
    """The instant of a wall-clock time: the first of two, and one hour on where clocks skip it."""
    return bounded_date(lambda: wall.replace(tzinfo=env.zone).astimezone(UTC))


def local_date(env: Env, day: date) -> date:
    return local(env, day).date() if isinstance(day, datetime) else day


def _date(env: Env, first: object, month: Number = 0, day: Number = 0) -> date | None:
    if isinstance(first, datetime):
        return local(env, first).date()
    if isinstance(first, str):
        return parse_date(first)
    try:
        return date(int(first), int(month), int(day))  # type: ignore[call-overload]  # three to six numbers  # a number by the signature
    except (ValueError, OverflowError):
        return None


def parse_date(text: str) -> date | None:
    """A date spelt YYYY-MM-DD, else None."""
    try:
        return date.fromisoformat(text) if len(text) == 10 and text[4] == text[7] == "-" else None
    except ValueError:
        return None


def _datetime(env: Env, first: object, *rest: object) -> datetime | None:
    if isinstance(first, str):
        return _parse_datetime(env, first)
    if isinstance(first, date):
        at = rest[0] if rest else time()
        return instant(env, datetime.combine(first, at)) if isinstance(at, time) else None
    try:
        return instant(env, datetime(*(int(part) for part in (first, *rest))))  # type: ignore[call-overload]  # three to six numbers
    except (ValueError, OverflowError):
        return None


def _parse_datetime(env: Env, text: str) -> datetime | None:
    """YYYY-MM-DD HH:MM, with T, seconds or an offset; without an offset the wall clock of the zone."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return bounded_date(lambda: moment.astimezone(UTC)) if moment.tzinfo else instant(env, moment)


def _time(env: Env, first: object, minute: Number = 0, second: Number = 0) -> time | None:
    if isinstance(first, datetime):
        return local(env, first).time()
    try:
        if isinstance(first, str):
            return time.fromisoformat(first) if _CLOCK.fullmatch(first) else None
        return time(int(first), int(minute), int(second))  # type: ignore[call-overload]  # three to six numbers  # a number by the signature
    except (ValueError, OverflowError):
        return None


def _part(read: Callable[[date], int]) -> Callable[[Env, date], int]:
    def apply(env: Env, day: date) -> int:
        return read(local_date(env, day))

    return apply


def _hour(env: Env, moment: datetime | time) -> int:
    return local(env, moment).hour if isinstance(moment, datetime) else moment.hour


def _days_between(env: Env, start: date, end: date) -> int:
    return (local_date(env, end) - local_date(env, start)).days


def _hours_between(start: datetime, end: datetime) -> Decimal:
    elapsed = arithmetic.microseconds(end - start)
    return arithmetic.round_to(WIDE.divide(elapsed, _MICROSECONDS_PER_HOUR), 6)


def _moved(env: Env, day: date, move: Callable[[date], date]) -> date:
    """`day` with its date moved; an instant keeps its wall-clock time in the zone."""
    if not isinstance(day, datetime):
        return bounded_date(lambda: move(day))
    wall = local(env, day)
    return instant(env, datetime.combine(bounded_date(lambda: move(wall.date())), wall.time()))


def _add_days(env: Env, day: date, count: Number) -> date:
    step = timedelta(days=arithmetic.whole(count, -_SPAN, _SPAN))
    return _moved(env, day, lambda start: start + step)


def _add_months(env: Env, day: date, count: Number) -> date:
    step = arithmetic.whole(count, -_SPAN, _SPAN)
    return _moved(env, day, lambda start: months_later(start, step))


def months_later(day: date, count: int) -> date:
    """The same day `count` months on, or the last of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        raise ValueError("year out of range")
    return date(year, month + 1, min(day.day, month_lengths.monthrange(year, month + 1)[1]))


def _add_workdays(env: Env, day: date, count: Number, name: str = "") -> date:
    left = arithmetic.whole(count, -DAY_SPAN, DAY_SPAN)
    step = _DAY if left > 0 else -_DAY
    walked = 0
    while left:
        _require_span(walked := walked + 1)
        day = bounded_date(lambda here=day: here + step)  # type: ignore[misc]  # bound now, called now
        left -= (1 if left > 0 else -1) if _is_workday(env, day, name) else 0
    return day


def _workdays(env: Env, start: date, end: date, name: str = "") -> int:
    first, last = min(start, end), max(start, end)
    span = (last - first).days
    _require_span(span)
    days = sum(_is_workday(env, first + timedelta(days=n), name) for n in range(1, span + 1))
    return days if start <= end else -days


def _is_workday(env: Env, day: date, name: str) -> bool:
    return env.calendar.is_workday(day, name) if env.calendar else day.weekday() < 5


def _require_span(days: int) -> None:
    if days > DAY_SPAN:
        raise EvaluationError(
            "too_many_steps",
            N_("Working days are counted over {limit} days at most."),
            params={"limit": DAY_SPAN},
        )


def _start_of(env: Env, unit: str, day: date) -> date:
    if isinstance(day, datetime):
        return instant(env, datetime.combine(first_day(unit, local(env, day).date()), time()))
    return first_day(unit, day)


def _end_of(env: Env, unit: str, day: date) -> date:
    if isinstance(day, datetime):
        following = bounded_date(lambda: last_day(unit, local(env, day).date()) + _DAY)
        return instant(env, datetime.combine(following, time())) - arithmetic.MICROSECOND
    return last_day(unit, day)


def first_day(unit: str, day: date) -> date:
    """The first day of the unit that holds `day`."""
    if unit == "week":
        return bounded_date(lambda: day - timedelta(days=day.weekday()))
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def last_day(unit: str, day: date) -> date:
    """The last day of the unit that holds `day`."""
    start = first_day(unit, day)
    if unit == "week":
        return bounded_date(lambda: start + timedelta(days=6))
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months is None:
        return start
    final = date(start.year, start.month + months - 1, 1)
    return final.replace(day=month_lengths.monthrange(final.year, final.month)[1])


_UNITS: Final = "'day'|'week'|'month'|'quarter'|'year'"

FUNCTIONS: Final[tuple[FunctionSpec, ...]] = (
    built_in(
        "date", "dates",
        ("(text: text) -> date", "(moment: datetime) -> date", "(year: number, month: number, day: number) -> date"),
        _date,
        "A date from a text like 2024-05-31, from a moment, or from year, month and day.",
        "由文本（如 2024-05-31）、时刻或年月日得到日期。",
        ("DATE('2024-05-31')", "2024-05-31"), ("DATE(2024, 5, 31)", "2024-05-31"),
        es="Una fecha a partir de un texto como 2024-05-31, de un momento, o de año, mes y día.",
        fr="Une date à partir d’un texte comme 2024-05-31, d’un instant, ou d’une année, d’un mois et d’un jour.",
        ar="تاريخ من نص مثل 2024-05-31، أو من لحظة، أو من سنة وشهر ويوم.",
        needs_env=True, blank_because=NO_SUCH_DATE,
        sql=sql_dates.date,
    ),
    built_in(
        "datetime", "dates",
        (
            "(text: text) -> datetime",
            "(date: date, time: time =) -> datetime",
            "(year: number, month: number, day: number, hour: number, minute: number, second: number =) -> datetime",
        ),
        _datetime,
        "A moment from a text like 2024-05-31 09:30, from a date and a time, or from numbers.",
        "由文本（如 2024-05-31 09:30）、日期与时间或数字得到时刻。",
        ("DATETIME('2024-05-31 09:30')", "2024-05-31 09:30"),
        es="Un momento a partir de un texto como 2024-05-31 09:30, de una fecha y una hora, o de números.",
        fr="Un instant à partir d’un texte comme 2024-05-31 09:30, d’une date et d’une heure, ou de nombres.",
        ar="لحظة من نص مثل 2024-05-31 09:30، أو من تاريخ ووقت، أو من أعداد.",
        needs_env=True, blank_because=NO_SUCH_DATE,
    ),
    built_in(
        "time", "dates",
        ("(text: text) -> time", "(moment: datetime) -> time", "(hour: number, minute: number, second: number =) -> time"),
        _time,
        "A time of day from a text like 09:30, from a moment, or from hour and minute.",
        "由文本（如 09:30）、时刻或时、分得到时间。",
        ("TIME(9, 30)", "09:30"),
        es="Una hora del día a partir de un texto como 09:30, de un momento, o de hora y minuto.",
        fr="Une heure du jour à partir d’un texte comme 09:30, d’un instant, ou d’une heure et de minutes.",
        ar="وقت من اليوم من نص مثل 09:30، أو من لحظة، أو من ساعة ودقيقة.",
        needs_env=True, blank_because=NO_SUCH_DATE,
    ),
    built_in(
        "today", "dates", "() -> date", lambda env: env.today,
        "The present day.", "今天的日期。",
        es="El día de hoy.",
        fr="La date du jour.",
        ar="تاريخ اليوم.",
        needs_env=True, volatile=True,
    ),
    built_in(
        "now", "dates", "() -> datetime", lambda env: env.now,
        "The present moment.", "当前时刻。",
        es="El momento actual.",
        fr="L’instant présent.",
        ar="اللحظة الحالية.",
        needs_env=True, volatile=True,
    ),
    built_in(
        "year", "dates", "(date: D) -> number", _part(lambda day: day.year),
        "The year of a date.", "日期的年份。",
        ("YEAR(DATE('2024-05-31'))", "2024"), needs_env=True,
        es="El año de una fecha.",
        fr="L’année d’une date.",
        ar="سنة التاريخ.",
        sql=sql_dates.part("year"),
    ),
    built_in(
        "month", "dates", "(date: D) -> number", _part(lambda day: day.month),
        "The month of a date, 1 to 12.", "日期的月份（1–12）。",
        ("MONTH(DATE('2024-05-31'))", "5"), needs_env=True,
        es="El mes de una fecha, de 1 a 12.",
        fr="Le mois d’une date, de 1 à 12.",
        ar="شهر التاريخ، من 1 إلى 12.",
        sql=sql_dates.part("month"),
    ),
    built_in(
        "day", "dates", "(date: D) -> number", _part(lambda day: day.day),
        "The day of the month.", "日期是当月第几天。",
        ("DAY(DATE('2024-05-31'))", "31"), needs_env=True,
        es="El día del mes.",
        fr="Le jour du mois.",
        ar="اليوم من الشهر.",
        sql=sql_dates.part("day"),
    ),
    built_in(
        "hour", "dates", ("(moment: datetime) -> number", "(time: time) -> number"), _hour,
        "The hour, 0 to 23.", "小时（0–23）。",
        ("HOUR(TIME('09:30'))", "9"), needs_env=True,
        es="La hora, de 0 a 23.",
        fr="L’heure, de 0 à 23.",
        ar="الساعة، من 0 إلى 23.",
        sql=sql_dates.hour,
    ),
    built_in(
        "weekday", "dates", "(date: D) -> number", _part(lambda day: day.isoweekday()),
        "The day of the week: Monday is 1, Sunday is 7.", "星期几：周一为 1，周日为 7。",
        ("WEEKDAY(DATE('2024-05-31'))", "5"), needs_env=True,
        es="El día de la semana: el lunes es 1, el domingo es 7.",
        fr="Le jour de la semaine : lundi vaut 1, dimanche vaut 7.",
        ar="يوم الأسبوع: الاثنين 1 والأحد 7.",
        sql=sql_dates.part("weekday"),
    ),
    built_in(
        "week", "dates", "(date: D) -> number", _part(lambda day: day.isocalendar().week),
        "The number of the week in the year (ISO 8601).", "一年中的第几周（ISO 8601）。",
        ("WEEK(DATE('2024-12-30'))", "1"), needs_env=True,
        es="El número de la semana en el año (ISO 8601).",
        fr="Le numéro de la semaine dans l’année (ISO 8601).",
        ar="رقم الأسبوع في السنة (ISO 8601).",
        sql=sql_dates.part("week"),
    ),
    built_in(
        "days_between", "dates", "(start: D, end: D) -> number", _days_between,
        "How many days lie between two dates; negative when the second is earlier.", "两个日期之间的天数，后者较早时为负。",
        ("DAYS_BETWEEN(DATE('2024-02-01'), DATE('2024-03-01'))", "29"), needs_env=True,
        es="Cuántos días hay entre dos fechas; negativo si la segunda es anterior.",
        fr="Combien de jours séparent deux dates ; négatif si la seconde est antérieure.",
        ar="عدد الأيام بين تاريخين؛ وهو سالب إذا كان الثاني أسبق.",
        sql=sql_dates.days_between,
    ),
    built_in(
        "hours_between", "dates", "(start: datetime, end: datetime) -> number", _hours_between,
        "How many hours lie between two moments, with six decimals.", "两个时刻之间的小时数，保留六位小数。",
        ("HOURS_BETWEEN(DATETIME('2024-05-31 09:00'), DATETIME('2024-05-31 10:30'))", "1.5"),
        es="Cuántas horas hay entre dos momentos, con seis decimales.",
        fr="Combien d’heures séparent deux instants, avec six décimales.",
        ar="عدد الساعات بين لحظتين، بست منازل عشرية.",
        sql=sql_dates.hours_between,
    ),
    built_in(
        "add_days", "dates", "(date: D, days: number) -> D", _add_days,
        "The date so many days later, or earlier when negative.", "若干天之后（负数为之前）的日期。",
        ("ADD_DAYS(DATE('2024-02-28'), 2)", "2024-03-01"), needs_env=True,
        es="La fecha tantos días después, o antes si es negativo.",
        fr="La date ce nombre de jours plus tard, ou plus tôt si c’est négatif.",
        ar="التاريخ بعد عدد الأيام المعطى، أو قبله إذا كان العدد سالبًا.",
        sql=sql_dates.add_days,
    ),
    built_in(
        "add_months", "dates", "(date: D, months: number) -> D", _add_months,
        "The date so many months later; the last day of a month that is too short.", "若干月之后的日期，遇短月取月末。",
        ("ADD_MONTHS(DATE('2024-01-31'), 1)", "2024-02-29"), needs_env=True,
        es="La fecha tantos meses después; el último día si el mes es demasiado corto.",
        fr="La date ce nombre de mois plus tard ; le dernier jour d’un mois trop court.",
        ar="التاريخ بعد عدد الأشهر المعطى؛ وآخر يوم في الشهر إذا كان أقصر.",
        sql=sql_dates.add_months,
    ),
    built_in(
        "add_workdays", "dates", "(date: date, days: number, calendar: text =) -> date", _add_workdays,
        "The date so many working days later.", "若干个工作日之后的日期。",
        ("ADD_WORKDAYS(DATE('2024-05-31'), 1)", "2024-06-03"), needs_env=True, javascript="told",
        es="La fecha tantos días laborables después.",
        fr="La date ce nombre de jours ouvrés plus tard.",
        ar="التاريخ بعد عدد أيام العمل المعطى.",
    ),
    built_in(
        "workdays", "dates", "(start: date, end: date, calendar: text =) -> number", _workdays,
        "How many working days come after the first date, up to and with the second.", "首日之后到末日（含）的工作日数。",
        ("WORKDAYS(DATE('2024-05-31'), DATE('2024-06-04'))", "2"), needs_env=True, javascript="told",
        es="Cuántos días laborables hay después de la primera fecha, hasta la segunda incluida.",
        fr="Combien de jours ouvrés suivent la première date, jusqu’à la seconde comprise.",
        ar="عدد أيام العمل بعد التاريخ الأول حتى الثاني مع احتسابه.",
    ),
    built_in(
        "start_of", "dates", f"(unit: {_UNITS}, date: D) -> D", _start_of,
        "The beginning of the day, week, month, quarter or year.", "所在日、周、月、季度或年的开始。",
        ("START_OF('quarter', DATE('2024-05-31'))", "2024-04-01"), needs_env=True,
        es="El comienzo del día, la semana, el mes, el trimestre o el año.",
        fr="Le début du jour, de la semaine, du mois, du trimestre ou de l’année.",
        ar="بداية اليوم أو الأسبوع أو الشهر أو الربع أو السنة.",
        sql=sql_dates.start_of,
    ),
    built_in(
        "end_of", "dates", f"(unit: {_UNITS}, date: D) -> D", _end_of,
        "The end of the day, week, month, quarter or year.", "所在日、周、月、季度或年的结束。",
        ("END_OF('month', DATE('2024-02-10'))", "2024-02-29"), needs_env=True,
        es="El final del día, la semana, el mes, el trimestre o el año.",
        fr="La fin du jour, de la semaine, du mois, du trimestre ou de l’année.",
        ar="نهاية اليوم أو الأسبوع أو الشهر أو الربع أو السنة.",
        sql=sql_dates.end_of,
    ),
)  # fmt: skip
