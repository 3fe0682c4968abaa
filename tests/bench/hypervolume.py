"""The hypervolume of two objectives, for the tables of searches."""


def hypervolume(points, reference):
    """Of (cost, accuracy): the area that the points dominate up to the reference, (worst cost, worst accuracy)."""
    worst_cost, floor = reference
    area = 0.0
    for cost, accuracy in sorted(points, key=lambda p: (p[0], -p[1])):
        if cost < worst_cost and accuracy > floor:
            area += (accuracy - floor) * (worst_cost - cost)
            floor = accuracy
    return area
