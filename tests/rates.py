"""Whether what left kept to a rate, in whatever window one looks."""


def most_over(starts, slack):
    """
    By how much the worst window has more than it may; not above 0 if none.

    `starts` are pairs of a moment and a cost in seconds. Any window of t
    seconds may have costs of t + `slack`.
    """
    ordered = sorted(starts)
    worst = float("-inf")
    # The costs up to and with the last of a window, less those before it.
    sums = [0]
    for _, cost in ordered:
        sums.append(sums[-1] + cost)
    lowest = float("inf")
    for i, (moment, _) in enumerate(ordered):
        lowest = min(lowest, sums[i] - moment)
        worst = max(worst, sums[i + 1] - moment - lowest - slack)
    return worst
