@resilience @needs.quorum_finality @needs.link_faults
Feature: Living through a split that leaves no quorum
  Sometimes no side of a partition is large enough to decide. Then the network
  must wait: a payment that one half confirmed and the other half did not would
  be worse than none. Once the halves meet again, both must go on.

  Rule: Without a quorum nothing is confirmed on either side

    Background:
      Given a network of 4 nodes
      And Alice holds 100 coins
      And nodes 1 and 2 are cut off from nodes 3 and 4

    Example: Alice asks the first half
      When Alice tries to pay Bob 30 coins through node 1
      Then the payment is not confirmed anywhere while the partition lasts

    Example: Alice asks the second half
      When Alice tries to pay Bob 30 coins through node 3
      Then the payment is not confirmed anywhere while the partition lasts

    Example: Nobody asks anything
      When nobody pays anybody
      Then no node makes a block while the partition lasts

  @needs.two_thirds_quorum
  Rule: Three of five are not a quorum

    Example: The larger part is still too small
      Given a network of 5 nodes
      And Alice holds 100 coins
      And nodes 1 and 2 are cut off from nodes 3, 4 and 5
      When Alice tries to pay Bob 30 coins through node 3
      Then the payment is not confirmed anywhere while the partition lasts

  Rule: Both sides go on after the heal

    Background:
      Given a network of 4 nodes
      And Alice holds 100 coins
      And nodes 1 and 2 are cut off from nodes 3 and 4

    Example: Nothing was asked of either side
      When the partition heals
      Then every node tells the same history

    Example: Alice pays as soon as the halves have met
      Given the partition has healed
      When Alice pays Bob 30 coins through node 3
      Then every node shows that Bob holds 30 coins

    Example: A payment was waiting on one side
      Given Alice has tried to pay Bob 30 coins through node 1
      When the partition heals
      Then the payment happens once or never
      And every node tells the same history
