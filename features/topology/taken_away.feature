@topology @needs.quorum_finality
Feature: A network of seven without any two of them
  Seven members are run by seven companies, so that any two of them may fail at the
  same time. Whoever signs for that wants to have seen it, for every two of
  them, and not to have it computed.

  Rule: Every member is linked to every other

    Example: All seven are there
      Given a network of 7 nodes
      When nobody pays anybody
      Then every node reaches every other
      And every node has a link to its neighbours and to nobody else

  @needs.node_faults
  Rule: Any two of seven can be spared

    Example: The first and the last are lost
      Given a network of 7 nodes
      And Alice holds 100 coins
      And nodes 1 and 7 have crashed
      When Alice pays Bob 30 coins through node 2
      Then nodes 2, 3, 4, 5 and 6 show that Bob holds 30 coins

    @slow
    Example: Every two of them, one pair after the other
      Given a network of 7 nodes
      When nobody pays anybody
      Then whichever 2 nodes are taken away, the others agree on a new block
      And every node tells the same history

  @needs.node_faults @needs.two_thirds_quorum
  Rule: Three of seven are too many to be spared

    Example: Three are lost
      Given a network of 7 nodes
      And Alice holds 100 coins
      And nodes 5, 6 and 7 have crashed
      When Alice tries to pay Bob 30 coins through node 1
      Then the payment is not confirmed by nodes 1, 2, 3 and 4 while the others are down
