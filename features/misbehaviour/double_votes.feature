@misbehaviour @needs.stakes @needs.double_vote_evidence @private_network
Feature: A node that votes twice
  Who has the key of a node on two machines, by accident or for gain, lets it vote
  for two blocks at once. Whoever delegates votes to a node wants to know what that
  costs; everybody else, that it costs them nothing.

  Background:
    Given a network of 4 nodes with 10000, 10000, 10000 and 10000 votes

  Rule: Whoever votes twice is found out, and banned for good

    Example: The key of node 4 is on two nodes
      When a second node votes with the key of node 4
      Then every node has the proof that node 4 has voted twice
      And every node shows that node 4 is banned for good
      And every node counts node 4 with 0 votes

    Example: Its operator promises to behave
      Given node 4 has been banned for voting twice
      When the operator of node 4 tries to return it to duty
      Then the order is refused
      And every node counts node 4 with 0 votes

    Example: Alice delegates votes to it all the same
      Given node 4 has been banned for voting twice
      And Alice has 6000 votes to delegate
      When Alice delegates 5000 votes to node 4
      Then every node counts node 4 with 0 votes

  Rule: It costs a twentieth of what is staked on the node, to the coin

    Example: Nobody but its operator has staked on it
      When a second node votes with the key of node 4
      Then every node shows that 9500 votes are staked on node 4
      And every node shows that 10000 votes are staked on node 3

    Example: Alice has delegated votes to it
      Given Alice has 6000 votes to delegate
      And Alice has delegated 5000 votes to node 4
      When a second node votes with the key of node 4
      Then every node shows that Alice has delegated 4750 votes to node 4
      And every node shows that 14250 votes are staked on node 4

    Example: Alice has delegated votes to another node
      Given Alice has 6000 votes to delegate
      And Alice has delegated 5000 votes to node 3
      When a second node votes with the key of node 4
      Then every node shows that node 4 is banned for good
      And every node shows that Alice has delegated 5000 votes to node 3

  Rule: The others go on

    Example: Alice pays while node 4 votes twice
      Given Alice holds 100 coins
      And a second node votes with the key of node 4
      When Alice pays Bob 30 coins through node 1
      Then every node shows that Bob holds 30 coins
      And every node tells the same history
