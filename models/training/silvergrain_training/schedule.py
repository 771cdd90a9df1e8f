"""Learning rates as functions of the step, so that a run can be repeated and resumed."""
import math

WARM_UP_STEPS = 300


def cosine(step: int, steps: int, peak: float) -> float:
    """For L1: a linear warm-up, then half a cosine down to nothing."""
    if step < WARM_UP_STEPS:
        return peak * (step + 1) / WARM_UP_STEPS
    return peak * 0.5 * (1 + math.cos(math.pi * step / steps)) + 1e-7


def staircase(step: int, steps: int, peak: float) -> float:
    """For the GAN: full for half of the run, then 1/2, 1/4 and for the last tenth 1/10."""
    done = step / steps
    return peak * (1.0 if done < 0.5 else 0.5 if done < 0.75 else 0.25 if done < 0.9 else 0.1)
