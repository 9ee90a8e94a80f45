@consistency @needs.sure_reads @needs.link_faults
Feature: Telling what is sure from what may be old
  A customer who asks a node wants to know what is true, and not what was true
  before the node lost touch. A node that cannot ask the others must rather
  say nothing; what it knows by itself is told only to those who ask for that.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins

  Rule: A node that cannot ask the others tells nothing for sure

    @smoke
    Example: Something has changed meanwhile
      Given node 4 is cut off from the others
      When Alice pays Bob 30 coins through node 1
      Then node 4 does not tell for sure what Alice holds

    Example: Nothing has changed meanwhile
      Given node 4 is cut off from the others
      When nobody pays anybody
      Then node 4 does not tell for sure what Alice holds

    Example: No side is large enough
      Given nodes 1 and 2 are cut off from nodes 3 and 4
      When nobody pays anybody
      Then node 1 does not tell for sure what Alice holds
      And node 3 does not tell for sure what Alice holds

  Rule: Who asks a single node for what it knows gets an answer that may be old

    Example: The node has missed a payment
      Given node 4 is cut off from the others
      When Alice pays Bob 30 coins through node 1
      Then nodes 1, 2 and 3 show that Alice holds 70 coins
      But node 4 still shows that Alice holds 100 coins

    Example: No side is large enough to change anything
      Given nodes 1 and 2 are cut off from nodes 3 and 4
      When Alice tries to pay Bob 30 coins through node 1
      Then nodes 1, 2, 3 and 4 still show that Alice holds 100 coins

  Rule: A node that has found the others tells what is true

    Example: It had missed a payment
      Given node 4 is cut off from the others
      And Alice has paid Bob 30 coins through node 1
      When the partition heals
      Then every node shows that Alice holds 70 coins
