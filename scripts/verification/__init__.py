"""The independent verification: every answer of the models computed a second time, differently.

The models run sums over change points and join intervals. This package asks, for one user at one
instant, what the facts say, and evaluates rule after rule on the answer. It shares nothing with
the models but the pages that define the numbers, so an error has to be made twice to go unseen.
"""
