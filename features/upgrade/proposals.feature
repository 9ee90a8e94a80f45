@upgrade @needs.upgrade @private_network
Feature: Proposals to upgrade
  No single operator decides when a network changes its software. What has no majority, nobody's
  word for it or no time left must change nothing, and nobody must have to wait for it.

  Background:
    Given a network of 4 nodes that decides quickly

  Rule: What most of the votes are not for is rejected, and changes nothing

    Example: Nobody votes
      When an upgrade is proposed
      Then the proposal is rejected
      And no node stops at the proposed block

    Example: One node of four votes
      Given an upgrade is proposed
      When the operator of node 1 votes for it
      Then the proposal is rejected
      And no node stops at the proposed block

    Example: As many are against it as are for it
      Given an upgrade is proposed
      When the operators of nodes 1 and 2 vote for it
      And the operators of nodes 3 and 4 vote against it
      Then the proposal is rejected
      And no node stops at the proposed block

    Example: It is voted down
      Given an upgrade is proposed
      When the operator of node 1 votes for it
      And the operators of nodes 2, 3 and 4 vote against it
      Then the proposal is rejected
      And no node stops at the proposed block

    Example: Two of four have a veto
      Given an upgrade is proposed
      When the operators of nodes 1 and 2 vote for it
      And the operators of nodes 3 and 4 vote with a veto
      Then the proposal is rejected
      And no node stops at the proposed block

  Rule: What cannot be decided or carried out changes nothing either

    Example: Nobody vouches for it
      When an upgrade is proposed with a tenth of the deposit
      Then the proposal never comes to a vote
      And no node waits for an upgrade

    Example: The block is there before the vote is over
      Given an upgrade is proposed for a block that is there by the end of the vote
      When the operators of nodes 1, 2, 3 and 4 vote for it
      Then the proposal is accepted, and cannot be carried out
      And no node stops at the proposed block
