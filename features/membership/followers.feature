@membership @needs.followers @private_network
Feature: Joining without a vote
  A bank, an exchange or a wallet runs a node of its own, so that it need not believe
  anybody. Nobody has to let it in and it decides nothing, but what it shows
  must be as good as what the members show.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins

  Rule: A node that has executed every block is as good as any other

    Example: A follower learns what happened before it came
      When a node joins and executes every block
      Then every node tells the same history
      And the new node shows that Alice holds 100 coins

    Example: A follower gets to know everybody
      When a node joins and executes every block
      Then every node reaches every other

    Example: A follower takes payments
      Given a node has joined and executed every block
      When Alice pays Bob 30 coins through the new node
      Then every node shows that Bob holds 30 coins

    @slow
    Example: A follower comes while customers pay
      Given payments keep flowing at 10 a second
      When a node joins and executes every block
      Then payments go on being confirmed
      And each of these payments happens once or never
      And every node tells the same history

  @needs.node_faults
  Rule: A node without a vote decides nothing

    Example: Nobody misses a follower
      Given a node has joined and executed every block
      And the new node was shut down
      When Alice pays Bob 30 coins through node 1
      Then nodes 1, 2, 3 and 4 show that Bob holds 30 coins

    @needs.two_thirds_quorum
    Example: A follower does not stand in for members that are down
      Given a node has joined and executed every block
      And nodes 3 and 4 have crashed
      When Alice tries to pay Bob 30 coins through node 1
      Then the payment is not confirmed by nodes 1 and 2 while the others are down
