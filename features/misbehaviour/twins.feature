@misbehaviour @needs.stakes @needs.double_vote_evidence @needs.link_faults @private_network
Feature: Twins in a partition
  Somebody who votes twice does most harm where nobody can compare: a partition, with
  one copy of the node on each side. Who trusts a network wants to know how many
  votes may be hostile before a payment that was confirmed is worth nothing.

  Rule: With no more than a third that votes twice there is one history

    Example: A fifth, and neither side has two thirds even with it
      Given a network of 5 nodes with 10000, 10000, 10000, 10000 and 10000 votes
      And Alice holds 100 coins
      And nodes 3 and 4 are cut off from the others, with a twin of node 5
      When Alice tries to pay Bob 30 coins through node 1
      Then the payment is not confirmed anywhere while the partition lasts

    Example: A fifth, and one side has two thirds
      Given a network of 5 nodes with 10000, 10000, 10000, 10000 and 10000 votes
      And Alice holds 100 coins
      And node 4 is cut off from the others, with a twin of node 5
      When Alice pays Bob 30 coins through node 1
      Then node 4 makes no block while the partition lasts

    Example: Exactly a third
      Given a network of 3 nodes with 10000, 10000 and 10000 votes
      And Alice holds 100 coins
      And node 2 is cut off from the others, with a twin of node 3
      When Alice tries to pay Bob 30 coins through node 1
      Then the payment is not confirmed anywhere while the partition lasts

  Rule: Twins are found out when the sides meet

    Example: A fifth has voted on both sides
      Given a network of 5 nodes with 10000, 10000, 10000, 10000 and 10000 votes
      And nodes 3 and 4 are cut off from the others, with a twin of node 5
      When the partition heals
      Then every node has the proof that node 5 has voted twice
      And every node shows that 9500 votes are staked on node 5
      And every node tells the same history

  Rule: With more than a third nothing is promised, and that is noticed

    Example: Barely more than a third
      Given a network of 3 nodes with 33000, 33000 and 34000 votes
      And one history is not promised
      And node 2 is cut off from the others, with a twin of node 3
      When nodes 1 and 2 make 5 further blocks
      Then it is noticed that nodes 1 and 2 have parted for good

    Example: Two fifths, and Alice pays with the same coins on both sides
      Given a network of 3 nodes with 30000, 30000 and 40000 votes
      And one history is not promised
      And Alice holds 100 coins
      And node 2 is cut off from the others, with a twin of node 3
      When Alice pays Bob 100 coins through node 1
      And Alice pays Carol 100 coins through node 2
      Then node 1 shows that Bob holds 100 coins
      And node 2 shows that Carol holds 100 coins
      And it is noticed that nodes 1 and 2 have parted for good

    @slow
    Example: Three of seven
      Given a network of 7 nodes
      And one history is not promised
      And nodes 3 and 4 are cut off from the others, with twins of nodes 5, 6 and 7
      When nodes 1 and 3 make 5 further blocks
      Then it is noticed that nodes 1 and 3 have parted for good
