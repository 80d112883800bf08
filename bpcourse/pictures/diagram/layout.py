"""Where the parts of the network diagram stand. Depends on the sizes alone, so nothing jumps when numbers change."""

import functools

NUMBER, SMALL = 16, 13  # font sizes
HALF_WIDTH = (34, 52)  # of an input, of a unit
HALF_LOSS = 42
HALF_HEIGHT = 25
LABEL = (58, 21)  # room for a number on a link
MOST_UNITS, MOST_NUMBERS = 8, 16  # drawn in a layer; written between two layers


class Layout:
    """Positions in the picture's own units, for these numbers of units, with or without targets and loss.

    Attributes
    ----------
    width, height, middle : int, int, float
        Of the picture; and where its loss is.
    columns : list of float
        x of each layer's middle; `target_x` and `loss_x` are those of targets and loss, None without.
    units, targets, ellipses : dict
        (layer, unit) -> (x, y); output -> (x, y); (x, y) -> how many units are not drawn.
    links, link_numbers : dict
        (layer, row, column) -> (x1, y1, x2, y2); the same -> (x, y) of its number, if there is room.
    """

    def __init__(self, sizes, targets):
        self._place_columns(len(sizes) - 1, targets)
        rows = [_rows(n) for n in sizes]
        most = max(map(len, rows))
        pitch = 116 if most <= 4 else 98
        top = 52
        self.height, self.middle = round(top + pitch * most + 8), top + 6 + pitch * most / 2
        self.units, self.ellipses, self.links, self.link_numbers = {}, {}, {}, {}
        for layer, (drawn, x) in enumerate(zip(rows, self.columns, strict=True)):
            for k, j in enumerate(drawn):
                y = self.middle + pitch * (k - (len(drawn) - 1) / 2)
                if j is None:
                    self.ellipses[x, y] = sizes[layer] - (len(drawn) - 1)
                else:
                    self.units[layer, j] = (x, y)
        for layer in range(1, len(sizes)):
            between = _links(layer, self.units)
            self.links |= between
            if len(between) == sizes[layer - 1] * sizes[layer] <= MOST_NUMBERS:
                self.link_numbers |= _place_numbers(tuple(between.items()))
        outputs = {j: y for (layer, j), (_, y) in self.units.items() if layer == len(sizes) - 1}
        self.targets = {j: (self.target_x, y) for j, y in outputs.items()} if targets else {}

    def _place_columns(self, layers, targets):
        end = 28 + 2 * HALF_WIDTH[0] + 36 + 2 * HALF_LOSS if targets else 0
        units = 2 * HALF_WIDTH[0] + 2 * HALF_WIDTH[1] * layers
        gap = min(230, max(138, (900 - 40 - units - end) / layers))
        self.columns = [20 + HALF_WIDTH[0]]
        for layer in range(1, layers + 1):
            self.columns.append(self.columns[-1] + HALF_WIDTH[layer > 1] + gap + HALF_WIDTH[1])
        right = self.columns[-1] + HALF_WIDTH[1]
        self.target_x = right + 28 + HALF_WIDTH[0] if targets else None
        self.loss_x = right + end - HALF_LOSS if targets else None
        self.width = round(right + end + 20)


def _rows(n):
    """The units drawn of a layer, None for the ellipsis."""
    return list(range(n)) if n <= MOST_UNITS else [*range(MOST_UNITS - 3), None, n - 1]


def _links(layer, units):
    return {
        (layer, i, j): (x1 + HALF_WIDTH[layer > 1], y1, x2 - HALF_WIDTH[1], y2)
        for (left, i), (x1, y1) in units.items()
        for (right, j), (x2, y2) in units.items()
        if left == layer - 1 and right == layer
    }


@functools.lru_cache(maxsize=64)
def _place_numbers(links):
    """Slide each number along its own link until none covers another, and few cover another link.

    Returns no places at all where that does not succeed.
    """
    links = dict(links)
    places = {link: _along(ends, 0.2 + 0.3 * (link[1] % 3)) for link, ends in links.items()}
    for _ in range(4):
        for link, ends in links.items():
            places[link] = min(
                (_along(ends, t / 40) for t in range(7, 34)), key=lambda p: _cost(p, link, places, links)
            )
    clear = all(not _overlap(p, q) for a, p in places.items() for b, q in places.items() if a < b)
    return places if clear else {}


def _along(ends, t):
    x1, y1, x2, y2 = ends
    return (round(x1 + t * (x2 - x1), 1), round(y1 + t * (y2 - y1), 1))


def _overlap(p, q, margin=2):
    return abs(p[0] - q[0]) < LABEL[0] + margin and abs(p[1] - q[1]) < LABEL[1] + margin


def _cost(place, link, places, links):
    """How bad it is to write the number of `link` at `place`: overlaps, other links behind it, distance."""
    overlaps = sum(_overlap(place, other, margin=9) for name, other in places.items() if name != link)
    crossed = sum(_crosses(place, ends) for name, ends in links.items() if name != link)
    x1, _, x2, _ = links[link]
    return 100 * overlaps + 5 * crossed + abs((place[0] - x1) / (x2 - x1) - 0.42)


def _crosses(place, ends):
    """Whether the link between `ends` passes behind a number at `place`."""
    x1, y1, x2, y2 = ends
    ys = [y1 + (x - x1) / (x2 - x1) * (y2 - y1) for x in (place[0] - LABEL[0] / 2, place[0] + LABEL[0] / 2)]
    return min(ys) < place[1] + LABEL[1] / 2 and max(ys) > place[1] - LABEL[1] / 2
