@resilience @needs.quorum_finality @needs.link_quality
Feature: Living with poor links
  Most links do not fail, they are bad: far away, overloaded, behind a radio.
  Customers may wait longer, and that is all that may happen to them.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins

  Rule: Slow links make the network slower, and change nothing else

    Example: Every link is slow
      Given every link takes 100 ms
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins

    @slow
    Example: Every link is slow and unsteady
      Given every link takes 100 ms, give or take 50 ms
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins

    @slow @needs.own_rhythm
    Example: Votes travel twice before a block is final
      Given every link takes 200 ms
      When nobody pays anybody
      Then every block takes at least 400 ms longer than before
      And every node tells the same history

    @slow
    Example: One node is far away
      Given every link of node 4 takes 300 ms
      When Alice pays Bob 30 coins through node 4
      Then every node shows that Bob holds 30 coins

  Rule: Narrow links are shared by all that has to pass

    @slow
    Example: Every link is narrow
      Given every link carries at most 1 Mbit/s
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins

    Example: One node has a very narrow link to all others
      Given every link of node 4 carries at most 200 kbit/s
      When Alice pays Bob 30 coins through node 4
      Then every node shows that Bob holds 30 coins

  Rule: What gets lost on the way is sent again

    Example: Every link loses some of what it carries
      Given every link loses 20 % of what it carries
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins

    @slow
    Example: Everything that is bad at once
      Given every link takes 50 ms
      And the link between nodes 1 and 2 loses 30 % of what it carries
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins

  Rule: A payment happens once, in whatever way it travels

    @slow
    Example: What is sent arrives twice
      Given every link repeats 20 % of what it carries
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Alice holds 70 coins

    @slow
    Example: What is sent arrives in another order
      Given every link lets 20 % of what it carries be overtaken
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Alice holds 70 coins

  Rule: The network is as fast as before when its links are sound again

    @slow
    Example: Links had been slow
      Given every link takes 200 ms
      And Alice has paid Bob 30 coins through node 1
      When all links are sound again
      Then every node makes 20 further blocks
      And every node tells the same history
