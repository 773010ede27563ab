"""Tables of one's own, on which networks of the suite are trained: made by rule, with what people's tables have
(amounts as they are, rare classes, copies, columns that tell the answer)."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np

from graphbuilder.datasets.decoded import FILES
from graphbuilder.datasets.description import Description
from graphbuilder.understanding.looking import Wish, look

HOME = Path(gettempdir()) / "graphbuilder-diagnosis" / "home"


def _csv(names: str, *columns: Any) -> str:
    rows = zip(*columns, strict=True)
    return (
        names
        + "\n"
        + "".join(",".join(one if isinstance(one, str) else f"{one:.5g}" for one in row) + "\n" for row in rows)
    )


def _houses(rows: int = 600, seed: int = 0) -> tuple[Any, ...]:
    """Area, rooms, year, distance; price."""
    r = np.random.default_rng(seed)
    area, year, far = r.uniform(30, 250, rows), r.integers(1900, 2021, rows), r.exponential(8, rows)
    rooms = np.clip(np.round(area / 28 + r.normal(0, 0.8, rows)), 1, 9)
    price = 1900 * area * np.exp(-far / 25) + 700 * (year - 1900) + 25_000 * rooms + r.normal(0, 18_000, rows)
    return area, rooms, year, far, np.maximum(price, 20_000)


def _transfers(rows: int = 1500, rare: float = 0.04, seed: int = 1) -> tuple[Any, ...]:
    """Six measurements of a transfer; whether it was a fraud, which is rare and half hidden."""
    r = np.random.default_rng(seed)
    fraud = r.random(rows) < rare
    x = r.normal(0, 1, (rows, 6)) + 0.9 * fraud[:, None] * np.array([1, 1, -1, 0.5, 0, 0])
    return *x.T, np.where(fraud, "fraud", "fine")


def _customers(rows: int = 700, seed: int = 2) -> tuple[Any, ...]:
    """Age, salary, months, calls; whether the customer left."""
    r = np.random.default_rng(seed)
    age, months, calls = r.integers(18, 80, rows), r.integers(1, 72, rows), r.poisson(2, rows)
    salary = r.normal(60_000, 18_000, rows)
    left = 1.2 * (calls - 2) - 0.06 * (months - 36) + 0.00004 * (salary - 60_000) + r.normal(0, 0.7, rows) > 0
    return age, salary, months, calls, np.where(left, "left", "stayed")


def _weather(rows: int = 600, seed: int = 3) -> tuple[Any, ...]:
    """Kelvin, hectopascal, humidity; rain."""
    r = np.random.default_rng(seed)
    kelvin, pressure, humid = r.normal(285, 6, rows), r.normal(1013, 9, rows), r.uniform(20, 100, rows)
    rain = (humid - 60) / 15 - (pressure - 1013) / 6 + r.normal(0, 0.8, rows) > 0
    return kelvin, pressure, humid, np.where(rain, "rain", "dry")


def _reviews(rows: int = 500, seed: int = 4) -> tuple[Any, ...]:
    """A sentence of ten words, of which two tell; the opinion."""
    r = np.random.default_rng(seed)
    plain = ["the", "a", "film", "was", "it", "and", "of", "this", "story", "with", "actors", "scene", "end", "plot"]
    good = ["great", "lovely", "superb", "touching", "funny", "brilliant"]
    bad = ["awful", "boring", "dull", "weak", "terrible", "flat"]
    texts, kinds = [], []
    for kind in r.integers(0, 2, rows):
        words = [*r.choice(plain, 8), *r.choice((bad, good)[kind], 2)]
        texts.append(" ".join(r.permutation(words)))
        kinds.append(("bad", "good")[kind])
    return texts, kinds


def _ring(rows: int = 400, seed: int = 5) -> tuple[Any, ...]:
    r = np.random.default_rng(seed)
    x, y = r.uniform(-1, 1, (2, rows))
    return x, y, np.where(x**2 + y**2 + r.normal(0, 0.04, rows) < 0.5, "in", "out")


def _copies(columns: tuple[Any, ...], times: int) -> tuple[Any, ...]:
    return tuple(np.tile(one, times) for one in columns)


def _luck(rows: int = 120, seed: int = 6) -> tuple[Any, ...]:
    r = np.random.default_rng(seed)
    x = r.normal(0, 1, (rows, 20))
    return *x.T, np.where(x[:, 0] + r.normal(0, 1.6, rows) > 0, "yes", "no")


def _loans(rows: int = 1200, seed: int = 11) -> tuple[Any, ...]:
    """Income, debt, years, how many reminders were sent, which was known only afterwards; whether it was paid."""
    r = np.random.default_rng(seed)
    income, debt, years = r.lognormal(10.3, 0.5, rows), r.gamma(2, 6000, rows), r.integers(0, 30, rows)
    bad = (debt - 12_000) / 4_500 - 3 * (np.log(income) - 10.3) - 0.08 * (years - 12) + r.normal(0, 0.7, rows) > 0
    sent = np.where(bad, r.integers(3, 9, rows), r.integers(0, 3, rows))
    return income, debt, years, sent, np.where(bad, "default", "paid")


def _trees(rare: bool, rows: int = 600, seed: int = 12) -> tuple[Any, ...]:
    """Six measurements of a tree of five kinds, of which few rows may be firs and yews."""
    r = np.random.default_rng(seed)
    kind = r.integers(0, 5, rows)
    if rare:
        kind = kind[(kind < 3) | (r.random(rows) < np.where(kind == 4, 0.06, 0.1))]
    x = np.random.default_rng(99).normal(0, 2.2, (5, 6))[kind] + r.normal(0, 0.8, (len(kind), 6))
    return *x.T, np.array(["oak", "ash", "elm", "fir", "yew"])[kind]


def _sides(wrong: float, rows: int = 900, seed: int = 13) -> tuple[Any, ...]:
    """Four numbers and the side of a line, of which so many were noted wrongly."""
    r = np.random.default_rng(seed)
    x = r.normal(0, 1, (rows, 4))
    return *x.T, np.where((x[:, 0] + x[:, 1] > 0) ^ (r.random(rows) < wrong), "up", "down")


def _shaken(rows: int = 700, seed: int = 14) -> tuple[Any, ...]:
    """Four numbers and a sum of two, under far more noise."""
    r = np.random.default_rng(seed)
    x = r.normal(0, 1, (rows, 4))
    return *x.T, 1.2 * x[:, 0] - 0.8 * x[:, 1] + r.normal(0, 2.5, rows)


def _clouds(rows: int = 500, seed: int = 15) -> tuple[Any, ...]:
    """Two clouds that lie apart along one of three numbers."""
    r = np.random.default_rng(seed)
    kind = r.integers(0, 2, rows)
    return 8 * kind + r.normal(0, 1, rows), r.normal(0, 1, rows), r.normal(0, 1, rows), np.array(["a", "b"])[kind]


def _switch(rows: int = 240, on: int = 2, seed: int = 28) -> tuple[Any, ...]:
    """Three amounts, and a switch that is on in two rows; an amount."""
    r = np.random.default_rng(seed)
    x = r.normal(0, 1, (rows, 3))
    y = 2 * x[:, 0] - x[:, 1] + r.normal(0, 0.2, rows)
    switch = np.zeros(rows)
    switch[r.permutation(rows)[:on]] = 1
    return *x.T, switch, y


def _stars(rows: int = 800, seed: int = 30) -> tuple[Any, ...]:
    """Kelvin, luminosity and radius over ten orders, of dwarfs, the main row and giants; which of them it is."""
    r = np.random.default_rng(seed)
    kind = r.integers(0, 3, rows)
    kelvin = np.where(kind == 0, r.uniform(8e3, 3e4, rows), np.where(kind == 1, r.uniform(3e3, 2e4, rows),
                      r.uniform(3e3, 6e3, rows)))  # fmt: skip
    radius = 10 ** (np.array([-2.0, 0.0, 1.7])[kind] + r.normal(0, 0.25, rows))
    light = radius**2 * (kelvin / 5800) ** 4 * np.exp(r.normal(0, 0.3, rows))
    return kelvin, light, radius, np.array(["dwarf", "main", "giant"])[kind]


def _rentals(rows: int = 1200, seed: int = 31) -> tuple[Any, ...]:
    """Hour, degrees, humidity, weekday; bicycles that are rented in this hour."""
    r = np.random.default_rng(seed)
    hour, day = r.integers(0, 24, rows), r.integers(0, 7, rows)
    degrees, humid = r.normal(15, 8, rows), r.uniform(20, 100, rows)
    rush = np.exp(-((hour - 8) ** 2) / 5) + 1.3 * np.exp(-((hour - 17) ** 2) / 8)
    mean = 20 + (day < 5) * 220 * rush + 60 * np.exp(-((hour - 14) ** 2) / 20)
    mean *= np.clip(degrees / 20 + 0.4, 0.2, 1.8) * (1.2 - humid / 200)
    return hour, degrees, humid, day, r.poisson(np.maximum(mean, 1))


def _glasses(rare: bool = False, rows: int = 450, seed: int = 32) -> tuple[Any, ...]:
    """Refraction and five shares of oxides; one of four uses, the last of which may be rare."""
    r = np.random.default_rng(seed)
    kind = r.integers(0, 4, rows)
    if rare:
        kind = kind[(kind < 3) | (r.random(rows) < 0.09)]
    x = np.random.default_rng(98).normal(0, 1.4, (4, 6))[kind] + r.normal(0, 1, (len(kind), 6))
    x = np.array([1.52, 13.4, 2.7, 1.4, 72.6, 9.0]) + x * np.array([0.003, 0.8, 1.4, 0.5, 0.8, 1.4])
    return *x.T, np.array(["window", "bottle", "lamp", "dish"])[kind]


def _loads(rows: int = 500, seed: int = 33) -> tuple[Any, ...]:
    """Compactness, wall and glass areas, height; heat that a building needs, and the same in other units."""
    r = np.random.default_rng(seed)
    compact, wall, glass = r.uniform(0.6, 1, rows), r.uniform(240, 420, rows), r.uniform(0, 0.4, rows)
    high = r.choice([3.5, 7.0], rows)
    heat = 4 + 4 * (high - 3.5) + 25 * glass + 0.03 * wall * (compact - 0.5) + r.normal(0, 0.8, rows)
    return compact, wall, glass, high, heat, heat * 3412 + r.normal(0, 300, rows)


def _checks(rows: int = 700, seed: int = 34) -> tuple[Any, ...]:
    """A board of four by four."""
    r = np.random.default_rng(seed)
    x, y = r.uniform(-1, 1, (2, rows))
    return x, y, np.where((np.floor(2 * x) + np.floor(2 * y)) % 2 == 0, "black", "white")


def _mushrooms(rows: int = 600, seed: int = 35) -> tuple[Any, ...]:
    """Cap, odour and where it grows, as words; whether it may be eaten."""
    r = np.random.default_rng(seed)
    cap = r.choice(["flat", "bell", "cone", "knob"], rows)
    odour = r.choice(["none", "almond", "foul", "anise", "fishy"], rows)
    place = r.choice(["wood", "path", "meadow"], rows)
    bad = (odour == "foul") | (odour == "fishy") | ((odour == "none") & (cap == "cone")) | (r.random(rows) < 0.02)
    return cap, odour, place, np.where(bad, "poison", "food")


def _messages(rows: int = 400, seed: int = 36) -> tuple[Any, ...]:
    """Words of a message, of which one to three tell; whether it is spam, mail or a bill."""
    r = np.random.default_rng(seed)
    plain = [f"{a}{b}" for a in ("ka", "lo", "mi", "ten", "ras", "vu", "po") for b in ("n", "del", "ro", "sta", "vik")]
    telling = [["win", "prize", "free", "click", "now"], ["dear", "hello", "yours", "see", "soon"],
               ["due", "invoice", "amount", "pay", "account"]]  # fmt: skip
    kinds, texts = r.integers(0, 3, rows), []
    for kind in kinds:
        words = [*r.choice(plain, r.integers(8, 16)), *r.choice(telling[kind], r.integers(1, 4))]
        texts.append(" ".join(r.permutation(words)))
    return texts, np.array(["spam", "mail", "bill"])[kinds]


def _pills(rows: int = 800, seed: int = 37) -> tuple[Any, ...]:
    """Three measurements of a patient; whether a pill helped, which is chance for the most part."""
    r = np.random.default_rng(seed)
    x = r.normal(0, 1, (rows, 3))
    return *x.T, np.where(r.random(rows) < 1 / (1 + np.exp(-0.9 * x[:, 0] + 0.6 * x[:, 1])), "yes", "no")


def _cars(rows: int = 420, seed: int = 40) -> tuple[Any, ...]:
    """Cylinders, horsepower, pounds, seconds to 60 miles an hour, year, where it was made; miles per gallon."""
    r = np.random.default_rng(seed)
    made, year = r.choice(["usa", "europe", "japan"], rows, p=[0.6, 0.2, 0.2]), r.integers(70, 83, rows)
    cylinders = np.where(made == "usa", r.choice([4, 6, 8], rows), 4)
    power = cylinders * r.normal(19, 3, rows) + 8
    pounds = 900 + 14 * power + 120 * cylinders + r.normal(0, 220, rows)
    seconds = 24 - power / 14 + pounds / 2500 + r.normal(0, 1.2, rows)
    miles = 53_000 / (pounds + 300) + 0.7 * (year - 76) + 2 * (made == "japan") + r.normal(0, 1.4, rows) + 4
    return cylinders, power, pounds, seconds, year, made, miles


def _soils(rows: int = 700, seed: int = 41) -> tuple[Any, ...]:
    """Ten readings of a soil of six kinds, of which two and two lie close together."""
    r = np.random.default_rng(seed)
    kind, where = r.integers(0, 6, rows), np.random.default_rng(97).normal(0, 1.6, (6, 10))
    where[1] = where[0] + np.random.default_rng(96).normal(0, 0.5, 10)
    x = np.tanh(where[kind] + r.normal(0, 0.7, (rows, 10))) * np.arange(1, 11) + 3
    return *x.T, np.array(["sand", "silt", "clay", "peat", "loam", "chalk"])[kind]


def _sensors(rows: int = 900, rare: float = 0.06, seed: int = 42) -> tuple[Any, ...]:
    """Eight sensors, one of them broken, of a machine that seldom fails."""
    r = np.random.default_rng(seed)
    fails = r.random(rows) < rare
    x = r.normal(0, 1, (rows, 7)) * np.array([1, 2, 5, 0.1, 3, 1, 20]) + np.array([0, 40, 9, 1, 2, 0, 300])
    x += 2.2 * fails[:, None] * np.array([1, 2, -5, 0.1, 0, 0, 0])
    return *x.T, np.full(rows, 21.5), np.where(fails, "fails", "runs")


def _wages(rows: int = 800, seed: int = 43) -> tuple[Any, ...]:
    """Age, years of schooling, hours a week, trade; pay a year, of which few have much."""
    r = np.random.default_rng(seed)
    age, school, hours = r.integers(18, 66, rows), r.integers(8, 22, rows), r.normal(37, 6, rows)
    trade = r.choice(["farm", "shop", "office", "law"], rows)
    log = 9.2 + 0.07 * school + 0.012 * (age - 18) + 0.01 * hours
    log += np.array([0, 0.1, 0.3, 0.6])[np.searchsorted(["farm", "law", "office", "shop"], trade) % 4]
    return age, school, hours, trade, np.exp(log + r.normal(0, 0.18, rows))


def _walk(rows: int = 700, seed: int = 44) -> tuple[Any, ...]:
    """The last eight of a series of two rhythms; the next one."""
    r = np.random.default_rng(seed)
    t = np.arange(rows + 8)
    series = 4 * np.sin(t / 5) + 2 * np.sin(t / 17) + r.normal(0, 0.4, rows + 8) + 12
    return *(series[at : at + rows] for at in range(8)), series[8:]


def _tickets(rows: int = 600, seed: int = 45) -> tuple[Any, ...]:
    """What customers write, in three to thirty words of which a pair tells; where it belongs."""
    r = np.random.default_rng(seed)
    plain = [f"{a}{b}{c}" for a in ("be", "da", "fo", "gu") for b in ("ri", "lo", "ma") for c in ("n", "t", "s", "k")]
    pairs = [("no", "power"), ("bill", "wrong"), ("want", "cancel"), ("parcel", "late")]
    kinds, texts = r.integers(0, 4, rows), []
    for kind in kinds:
        words, at = list(r.choice(plain, r.integers(1, 28))), pairs[kind]
        place = r.integers(0, len(words) + 1)
        texts.append(" ".join([*words[:place], *at, *words[place:]]))
    return texts, np.array(["grid", "money", "exit", "post"])[kinds]


def _late(columns: tuple[Any, ...]) -> tuple[Any, ...]:
    """The answers of the rows before."""
    return *columns[:-1], np.roll(columns[-1], 1)


def _orders(rows: int = 700, seed: int = 46) -> tuple[Any, ...]:
    """Amount, items, days, what the shop noted afterwards; whether it was sent back."""
    r = np.random.default_rng(seed)
    amount, items, days = r.gamma(2, 40, rows), r.integers(1, 9, rows), r.integers(1, 15, rows)
    back = (amount - 80) / 50 + (days - 7) / 5 + r.normal(0, 1.2, rows) > 0.4
    note = np.where(back, r.choice(["refund", "credit"], rows), r.choice(["closed", "rated", "none"], rows))
    return amount, items, days, note, np.where(back, "back", "kept")


@cache
def tables() -> dict[str, tuple[str, str]]:
    """By name, as CSV with the column that is the target."""
    area, rooms, year, far, price = _houses()
    x = np.random.default_rng(7).uniform(-100, 100, 500)
    garden = np.where(area + 6 * far + np.random.default_rng(8).normal(0, 12, len(area)) > 180, "yes", "no")
    return {
        "houses": (_csv("area,rooms,year,distance,price", area, rooms, year, far, price), "price"),
        "houses_k": (_csv("area,rooms,year,distance,price", area, rooms, year, far, price / 1000), "price"),
        "dollars": (
            _csv("area,rooms,dollars,distance,price", area, rooms, price * 1.1, far, price / 1000), "price",
        ),
        "gardens": (_csv("area,rooms,year,distance,price,garden", area, rooms, year, far, price, garden), "price"),
        "transfers": (_csv("a,b,c,d,e,f,kind", *_transfers()), "kind"),
        "customers": (_csv("age,salary,months,calls,state", *_customers()), "state"),
        "weather": (_csv("kelvin,pressure,humidity,rain", *_weather()), "rain"),
        "reviews": (_csv("text,opinion", *_reviews()), "opinion"),
        "ring": (_csv("x,y,place", *_ring()), "place"),
        "copies": (_csv("age,salary,months,calls,state", *_copies(_customers(150, 9), 4)), "state"),
        "few": (_csv("age,salary,months,calls,state", *_customers(60, 10)), "state"),
        "same": (_csv("area,rooms,year,distance,price", area, rooms, year, far, 0 * price + 250), "price"),
        "fourth": (_csv("x,y", x, x**4), "y"),
        "loans": (_csv("income,debt,years,reminders,state", *_loans()), "state"),
        "trees": (_csv("a,b,c,d,e,f,tree", *_trees(rare=False)), "tree"),
        "few_yews": (_csv("a,b,c,d,e,f,tree", *_trees(rare=True)), "tree"),
        "wrong_sides": (_csv("a,b,c,d,side", *_sides(0.3)), "side"),
        "shaken": (_csv("a,b,c,d,y", *_shaken()), "y"),
        "clouds": (_csv("a,b,c,kind", *_clouds()), "kind"),
        "reviews_again": (_csv("text,opinion", *(5 * column for column in _reviews(120, 16))), "opinion"),
        "switch": (_csv("a,b,c,switch,y", *_switch()), "y"),
        "stars": (_csv("kelvin,light,radius,kind", *_stars()), "kind"),
        "rentals": (_csv("hour,degrees,humidity,day,rented", *_rentals()), "rented"),
        "glasses": (_csv("refraction,na,mg,al,si,ca,use", *_glasses()), "use"),
        "few_dishes": (_csv("refraction,na,mg,al,si,ca,use", *_glasses(rare=True)), "use"),
        "loads": (_csv("compactness,wall,glass,height,heat", *_loads()[:5]), "heat"),
        "loads_twice": (_csv("compactness,wall,glass,height,heat,units", *_loads()), "heat"),
        "checks": (_csv("x,y,field", *_checks()), "field"),
        "mushrooms": (_csv("cap,odour,place,use", *_mushrooms()), "use"),
        "messages": (_csv("text,kind", *_messages()), "kind"),
        "few_messages": (_csv("text,kind", *_messages(90)), "kind"),
        "messages_again": (_csv("text,kind", *_copies(_messages(110, 38), 3)), "kind"),
        "pills": (_csv("a,b,c,helped", *_pills()), "helped"),
        "cars": (_csv("cylinders,power,pounds,seconds,year,made,miles", *_cars()), "miles"),
        "cars_again": (_csv("cylinders,power,pounds,seconds,year,made,miles", *_copies(_cars(130, 47), 3)), "miles"),
        "soils": (_csv(",".join(f"r{n}" for n in range(10)) + ",soil", *_soils()), "soil"),
        "soils_late": (_csv(",".join(f"r{n}" for n in range(10)) + ",soil", *_late(_soils())), "soil"),
        "sensors": (_csv(",".join(f"s{n}" for n in range(8)) + ",state", *_sensors()), "state"),
        "wages": (_csv("age,school,hours,trade,pay", *_wages()), "pay"),
        "walk": (_csv(",".join(f"ago{8 - n}" for n in range(8)) + ",next", *_walk()), "next"),
        "tickets": (_csv("text,desk", *_tickets()), "desk"),
        "orders": (_csv("amount,items,days,note,state", *_orders()), "state"),
        "luck": (_csv(",".join(f"m{n}" for n in range(20)) + ",answer", *_luck()), "answer"),
    }  # fmt: skip


@cache
def table(name: str) -> Description:
    """A table of one's own, as it is understood when its file is added; further targets by the role that is said."""
    text, target = tables()[name]
    hash = sha256(text.encode()).hexdigest()
    path = HOME / FILES / hash
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    columns = {"garden": {"role": "target"}} if name == "gardens" else {}
    if name == "same":
        columns = {"price": {"role": "target", "type": "number"}}
    found = look(path, f"{name}.csv", Wish(target=target, columns=columns), title=name, hash=hash)
    return Description.model_validate(found["description"])
