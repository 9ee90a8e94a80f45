@resilience @needs.link_faults
Feature: Living through a network partition
  A link fails and the network falls in two. Customers on the larger side must
  not notice. Where nodes vote, customers on the smaller side must never be told
  something that is later taken back. Once the link is repaired, the sides must
  agree again without help from an operator.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins
    And node 4 is cut off from the others

  Rule: Customers of the larger side notice nothing

    @smoke
    Example: The larger side carries on
      When Alice pays Bob 30 coins through node 1
      Then nodes 1, 2 and 3 show that Alice holds 70 coins
      But node 4 still shows that Alice holds 100 coins

  @needs.quorum_finality
  Rule: Only the side with a quorum confirms payments

    Example: The smaller side makes no promise it cannot keep
      When Alice tries to pay Bob 30 coins through node 4
      Then the payment is not confirmed anywhere while the partition lasts

    Example: The smaller side stands still
      When Alice pays Bob 30 coins through node 1
      Then nodes 1, 2 and 3 make 10 further blocks
      But node 4 makes no block while the partition lasts

  Rule: Healing brings the nodes that fell behind up to date

    @smoke
    Example: The smaller side learns what it missed
      Given Alice has paid Bob 30 coins through node 1
      When the partition heals
      Then every node tells the same history
      And every node shows that Alice holds 70 coins

    @slow
    Example: The smaller side was away for a long while
      Given Alice has paid Bob 30 coins through node 1
      And nodes 1, 2 and 3 have made 40 further blocks
      When the partition heals
      Then every node reaches every other
      And every node tells the same history
      And every node shows that Bob holds 30 coins

    Example: Another node is lost after the first one is back
      Given the partition has healed
      And node 1 is cut off from the others
      And Alice has paid Bob 30 coins through node 4
      When the partition heals
      Then every node tells the same history
      And every node shows that Alice holds 70 coins

  @needs.quorum_finality
  Rule: A payment happens once or not at all, however the partition ends

    Example: A payment was waiting on the smaller side
      Given Alice has tried to pay Bob 30 coins through node 4
      When the partition heals
      Then the payment happens once or never
      And every node tells the same history

    Example: Alice used both sides for the same coins
      Given Alice has tried to pay Bob 100 coins through node 4
      And Alice has paid Carol 100 coins through node 1
      When the partition heals
      Then every node shows that Carol holds 100 coins
      And every node shows that Bob holds nothing
