@topology @needs.chosen_links
Feature: Networks with few links
  Not every member can have a line to every other. Where there are few links, news must
  travel from neighbour to neighbour, and it must be known before it happens
  which line, or which member, holds the whole together.

  Rule: In a ring there are two ways to everybody

    Background:
      Given a network of 5 nodes in a ring
      And Alice holds 100 coins

    Example: News go all around
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins
      And every node has a link to its neighbours and to nobody else

    @needs.link_faults
    Example: One link is lost
      Given the link between nodes 1 and 5 is cut
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins

    @needs.node_faults
    Example: One node of the ring is lost
      Given node 3 has crashed
      When Alice pays Bob 30 coins through node 2
      Then nodes 1, 2, 4 and 5 show that Bob holds 30 coins

  Rule: A line is in two parts when it is cut

    Background:
      Given a network of 5 nodes in a line
      And Alice holds 100 coins

    Example: News go from one end to the other
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins

    @needs.link_faults @needs.two_thirds_quorum
    Example: One link in the middle is lost
      Given the link between nodes 2 and 3 is cut
      When Alice tries to pay Bob 30 coins through node 5
      Then the payment is not confirmed anywhere while the partition lasts

    @needs.link_faults @needs.two_thirds_quorum
    Example: One link at the end is lost
      Given the link between nodes 4 and 5 is cut
      When Alice pays Bob 30 coins through node 2
      Then nodes 1, 2, 3 and 4 show that Bob holds 30 coins

  @needs.node_faults
  Rule: A star is as good as its middle

    Background:
      Given a network of 5 nodes in a star
      And Alice holds 100 coins

    Example: A point of the star is lost
      Given node 5 has crashed
      When Alice pays Bob 30 coins through node 2
      Then nodes 1, 2, 3 and 4 show that Bob holds 30 coins

    Example: The middle is lost
      Given node 1 has crashed
      When Alice tries to pay Bob 30 coins through node 2
      Then the payment is not confirmed by nodes 2, 3, 4 and 5 while the others are down
