@membership @needs.membership_change @private_network
Feature: Members that come and go
  A network grows with its customers, and shrinks again. Whoever joins must learn
  everything and be as good as the others; whoever leaves must be missed by nobody,
  and the network must count the members that it has, not those that it had.

  Rule: A new member learns everything and is as good as the others

    Example: It learns what happened before
      Given a network of 4 nodes
      And Alice holds 100 coins
      When one more node joins
      Then every node reaches every other
      And every node tells the same history
      And the new node shows that Alice holds 100 coins

    Example: It takes payments
      Given a network of 4 nodes
      And Alice holds 100 coins
      And one more node has joined
      When Alice pays Bob 30 coins through the new node
      Then every node shows that Bob holds 30 coins

    @slow
    Example: It joins while customers pay
      Given a network of 4 nodes
      And payments keep flowing at 10 a second
      When one more node joins
      Then payments go on being confirmed
      And each of these payments happens once or never
      And every node tells the same history

  Rule: A member that has left is missed by nobody

    Example: Alice pays through one of those that stay
      Given a network of 4 nodes
      And Alice holds 100 coins
      And node 4 has left for good
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins

    @slow
    Example: It leaves while customers pay
      Given a network of 5 nodes
      And payments keep flowing at 10 a second
      When node 5 leaves for good
      Then payments go on being confirmed
      And each of these payments happens once or never
      And every node tells the same history

  @needs.quorum_finality @needs.node_faults
  Rule: What a quorum is goes by the members that there are

    Example: A larger network spares more nodes
      Given a network of 3 nodes
      And Alice holds 100 coins
      And one more node has joined
      And another node has joined
      And nodes 1 and 2 have crashed
      When Alice pays Bob 30 coins through node 3
      Then nodes 3, 4 and 5 show that Bob holds 30 coins

    Example: A smaller network needs fewer nodes
      Given a network of 5 nodes
      And Alice holds 100 coins
      And nodes 4 and 5 have left for good
      And node 3 has crashed
      When Alice pays Bob 30 coins through node 1
      Then nodes 1 and 2 show that Bob holds 30 coins
