@resilience @needs.link_faults
Feature: Living through partitions of other shapes
  Links rarely fail in tidy halves. A route vanishes in one direction, one node
  becomes the only way between two sites, a cable has a loose contact. As long
  as news can travel over others, customers must not notice.

  Background:
    Given a network of 5 nodes
    And Alice holds 100 coins

  @needs.gossip
  Rule: A payment reaches every node as long as there is some way to it

    Example: One link is cut
      Given the link between nodes 1 and 2 is cut
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins

    Example: A node hears another one and cannot answer
      Given node 2 hears node 1 but cannot answer it
      When Alice pays Bob 30 coins through node 2
      Then every node shows that Bob holds 30 coins

    Example: One node is the bridge between two sides
      Given nodes 1 and 2 reach nodes 4 and 5 only through node 3
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins

    Example: The nodes form a ring
      Given every node reaches only its two neighbours
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins

  @needs.two_thirds_quorum
  Rule: No half of a network decides for the whole

    Example: Neither half makes a block
      Given the network has split into two halves at random
      When nobody pays anybody
      Then no node makes a block while the partition lasts

    Example: A payment was waiting on one half
      Given the network has split into two halves at random
      And Alice has tried to pay Bob 30 coins through node 1
      When the partition heals
      Then the payment happens once or never
      And every node tells the same history

  Rule: A link with a loose contact holds nobody up

    @needs.gossip
    Example: Two nodes keep losing each other
      Given the link between nodes 1 and 2 comes and goes every 5 blocks
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins
      And every node makes 20 further blocks

    @slow
    Example: One node keeps losing all others
      Given node 5 loses and finds the others every 10 blocks
      When Alice pays Bob 30 coins through node 1
      Then nodes 1, 2, 3 and 4 show that Bob holds 30 coins
      And nodes 1, 2, 3 and 4 make 20 further blocks

    @slow
    Example: The contact is firm again
      Given node 5 loses and finds the others every 10 blocks
      And nodes 1, 2, 3 and 4 have made 20 further blocks
      When the link holds again
      Then every node reaches every other
      And every node tells the same history
