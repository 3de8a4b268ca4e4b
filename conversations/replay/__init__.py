"""Replay: what really came to a team in a past period, handed out again by the same choice under other settings.

`reading` turns the stored events into a `Recording`, in a constant number of queries; `simulation` plays it through
`balance.deal` without any database; `figures` says what came of it. What is assumed:

- Conversations come when they really came, each time they really came into the team's inbox.
- A teammate is busy with a conversation for as long as whoever really had it was, and it is quiet at the same moments
  after being handed out. It is taken away at the latest when it really went on to somebody or somewhere else. One
  that nobody took takes as long as the median of the others.
- What was given or taken by hand, or by Auto Assign of another team, stays as it was and counts as its person's load.
- Presence is as it was logged; capacities, limits, members, working hours and priorities are today's unless changed.
"""
