@staking @needs.stakes
Feature: Delegating votes
  Who has a stake and no machine delegates votes to somebody who runs a node, and
  can change their mind. They must count where they are delegated, and come back
  to the last one: neither sooner nor later than was agreed, and neither more nor
  less.

  Background:
    Given a network of 4 nodes that returns stakes quickly
    And Alice has 6000 votes to delegate

  Rule: Delegated votes count for the node that has them

    @smoke
    Example: Alice delegates votes to node 2
      When Alice delegates 5000 votes to node 2
      Then every node shows that Alice has delegated 5000 votes to node 2
      And node 2 has 5000 more votes in the next blocks

    Example: Alice moves them to another node
      Given Alice has delegated 5000 votes to node 2
      When Alice moves 2000 votes from node 2 to node 3
      Then every node shows that Alice has delegated 3000 votes to node 2
      And every node shows that Alice has delegated 2000 votes to node 3
      And node 3 has 2000 more votes in the next blocks

    Example: Alice takes them back
      Given Alice has delegated 5000 votes to node 2
      When Alice takes 4000 votes back from node 2
      Then every node shows that Alice has delegated 1000 votes to node 2
      And node 2 has 4000 fewer votes in the next blocks

  Rule: What is taken back is returned when its time has come, and not before

    Example: Alice waits for it
      Given Alice has delegated 5000 votes to node 2
      When Alice takes 5000 votes back from node 2
      Then nothing is returned to Alice before the time has come
      And every node shows that Alice has been returned exactly 5000 votes

    Example: Alice had moved them to another node before
      Given Alice has delegated 5000 votes to node 2
      And Alice has moved 5000 votes from node 2 to node 3
      When Alice takes 5000 votes back from node 3
      Then every node shows that Alice has been returned exactly 5000 votes

  Rule: Nobody delegates, moves or takes back what they do not have

    Example: Alice delegates more than she has
      When Alice tries to delegate 7000 votes to node 2
      Then the order is refused
      And every node shows that Alice has delegated 0 votes to node 2

    Example: Alice takes back more than she has delegated
      Given Alice has delegated 1000 votes to node 2
      When Alice tries to take 1001 votes back from node 2
      Then the order is refused
      And every node shows that Alice has delegated 1000 votes to node 2

    Example: Alice moves more than she has delegated
      Given Alice has delegated 1000 votes to node 2
      When Alice tries to move 1001 votes from node 2 to node 3
      Then the order is refused
      And every node shows that Alice has delegated 1000 votes to node 2
