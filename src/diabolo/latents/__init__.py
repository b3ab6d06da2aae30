"""A code as a distribution: from what the encoder gives out to a code, and to what the decoder takes.

``point`` and ``topk`` codes are points; ``gaussian`` ones are drawn from a normal distribution, which is
compared with one of ``priors``.
"""
