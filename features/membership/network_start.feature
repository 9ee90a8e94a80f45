@membership
Feature: Starting a network
  Operators start all nodes at the same time and expect a working network
  without a further hand on it. Before the first customer comes, every node
  must know every other, and all must agree on where they begin.

  Rule: A new network agrees on its starting point

    @smoke
    Example: Four nodes start together
      When a network of 4 nodes starts for the first time
      Then every node reaches every other
      And every node tells the same history

    Example: Five nodes start together
      When a network of 5 nodes starts for the first time
      Then every node reaches every other
      And every node tells the same history

  Rule: Blocks keep coming without a payment to put in them

    Example: Nobody pays anybody
      Given a network of 4 nodes
      When nobody pays anybody
      Then every node makes 10 further blocks
      And no two nodes tell different histories

  Rule: A node of another network is turned away

    Example: A node knocks on the wrong door
      Given a network of 4 nodes
      When a node of another network tries to join
      Then it is refused because it belongs to another network
      And no node is connected to it

    Example: The members carry on while a stranger keeps knocking
      Given a network of 4 nodes
      And a node of another network keeps trying to join
      When Alice deposits 40 coins
      Then every node shows that Alice holds 40 coins
      And every node reaches every other
