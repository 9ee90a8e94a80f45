@resilience @needs.longest_chain @needs.link_faults
Feature: Living through a partition where the longest history wins
  Where nobody votes, both sides of a partition go on, and each tells its
  customers what is true there. Once the link is repaired there can be one history
  only. Customers have to know what that means for what they were told.

  Background:
    Given a network of 5 nodes
    And Alice holds 100 coins
    And nodes 1 and 2 are cut off from the others

  Rule: Both sides go on

    Example: Blocks keep coming on either side
      When nobody pays anybody
      Then nodes 1 and 2 make 5 further blocks
      And nodes 3, 4 and 5 make 5 further blocks

    @smoke
    Example: Each side confirms what the other never hears of
      When Alice pays Bob 30 coins through node 1
      Then nodes 1 and 2 show that Bob holds 30 coins
      But nodes 3, 4 and 5 still show that Alice holds 100 coins

  Rule: The longer history wins

    Example: The smaller side gives its own history up
      Given nodes 3, 4 and 5 have made 10 further blocks
      When the partition heals
      Then every node tells the same history
      And nodes 1 and 2 have given their own history up
      But nodes 3, 4 and 5 have kept theirs

    Example: One node has made more blocks than all others
      Given nodes 3, 4 and 5 have made 10 further blocks
      And node 1 has made a longer history than all others
      When the partition heals
      Then every node tells the same history
      And nodes 3, 4 and 5 have given their own history up

  Rule: A payment of the side that gave up waits for a block again

    Example: Nobody has used the coins elsewhere
      Given Alice has paid Bob 30 coins through node 1
      And nodes 3, 4 and 5 have made 10 further blocks
      When the partition heals
      Then every node tells the same history
      And every node shows that Bob holds 30 coins

  Rule: The same coins are not spent twice in the history that wins

    Example: Alice has used both sides for the same coins
      Given Alice has paid Bob 100 coins through node 1
      And Alice has paid Carol 100 coins through node 3
      And nodes 3, 4 and 5 have made 10 further blocks
      When the partition heals
      Then every node shows that Carol holds 100 coins
      And every node shows that Bob holds nothing

  Rule: Whoever makes more blocks than all others can take a payment back

    Example: Mallory has a history that nobody has heard of
      Given Alice has paid Bob 100 coins through node 3
      And Alice has paid Mallory 100 coins through node 1
      And node 1 has made a longer history than all others
      When the partition heals
      Then every node shows that Mallory holds 100 coins
      And every node shows that Bob holds nothing
