@membership @needs.impostors
Feature: Nodes that only say that they are of this network
  A name is easily given. Somebody may run a node under the name of the network that
  has begun with other balances, or tells a past in which everything is his.
  Nobody may believe it, and nobody may be held up by it.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins

  Rule: A node that has begun otherwise gets nowhere

    Example: It cannot follow the history of the others
      When a node that has begun otherwise tries to join
      Then it never gets further than the first block

    Example: The members carry on while it keeps trying
      Given a node that has begun otherwise keeps trying to join
      When Alice pays Bob 30 coins
      Then every node shows that Bob holds 30 coins
      And every node reaches every other

  @private_network
  Rule: Nobody believes a made-up past, however long it is

    Example: The members keep to what they have agreed on
      When a node that has made a longer past up offers it to everybody
      Then no node has a block of it
      And every node tells the same history

    Example: The members carry on beside it
      Given a node that has made a longer past up offers it to everybody
      When Alice pays Bob 30 coins
      Then every node shows that Bob holds 30 coins

    @needs.followers
    Example: A newcomer that hears both takes nothing made up for true
      Given a node that has made a longer past up offers it to everybody
      When a node joins that hears of it as well as of the members
      Then the new node has the first block
      And no node has a block of it
