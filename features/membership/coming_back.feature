@membership @needs.followers @needs.node_faults @private_network
Feature: Coming back after a while
  A follower is switched off for a holiday, moved to another machine, or loses its disk.
  Its operator wants it to find its way back without any help; and where it cannot,
  because nobody has the blocks any more that it missed, it must say so.

  Rule: A follower that comes back learns what it missed

    Background:
      Given a network of 4 nodes
      And Alice holds 100 coins
      And a node has joined and executed every block

    Example: It still has its disk
      Given the new node was shut down
      And Alice has paid Bob 30 coins through node 1
      When the new node starts again
      Then the new node shows that Bob holds 30 coins
      And every node tells the same history

    @needs.self_rebuild
    Example: It has lost its disk
      Given the new node has lost its disk
      And Alice has paid Bob 30 coins through node 1
      When the new node starts again
      Then the new node shows that Bob holds 30 coins
      And every node tells the same history

    Example: It takes payments after its return
      Given the new node was shut down
      And the new node has started again
      When Alice pays Bob 30 coins through the new node
      Then every node shows that Bob holds 30 coins

  @needs.short_memory
  Rule: A follower that was away for longer than the others remember stays behind and harms nobody

    Background:
      Given a network of 4 nodes with a short memory
      And Alice holds 100 coins
      And a node has joined and executed every block
      And the new node was away until no other had the blocks any more that it needs

    @slow
    Example: It has nobody to learn from
      When the new node starts again
      Then the new node stays where it was, and says that it is behind

    @slow
    Example: The members take no notice of it
      When the new node starts again
      And nodes 1, 2, 3 and 4 make 20 further blocks
      And Alice pays Bob 30 coins through node 1
      Then nodes 1, 2, 3 and 4 show that Bob holds 30 coins
