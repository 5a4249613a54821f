package main

const replayHelp = `The traffic has one event a line: send, check, receipt, identity; README, "Replay",
tells their fields. The clock is the events' own and nothing is random: the same file
and policy give the same output, byte for byte. Speed and progress go to standard error.

Each send is decided by the facts that the live gateway would have had, with a cold start.
What a policy refuses counts for velocity, and its checks and receipts are ignored. A policy
that observes shows what it would decide. A freeze is the decision review for that send alone:
no hold is kept, the identity that it saw is the one of record, and the change keeps counting
by its age. Rate limits, cool-downs and quotas do not act; all regions are allowed. A number
that is none is refused (INVALID_NUMBER), and scores what the rest of its request is worth.

A label is KIND or KIND:INSTANCE: legit and legit:GROUP are people, every other kind is an
attack and INSTANCE one campaign of it. Policies never see it; sends without one are not
measured.

Bad input never stops a replay: a line that is no event is passed, an event that is earlier
than one before it, or has no time of use, counts as made at that one's time, an optional value
of a wrong type counts as not told. All are counted, each kind is named with its first line;
--strict-input makes them fail, and an empty file too. A file in which no line is an event fails.

Memory is bounded whatever the file's size: outcomes of the latest 1 048 576 sends are matched,
for 30 days of the events' time, and the latest 262 144 of these count in the windows, whose
tables are four to eight times a server's; 4 194 304 numbers are remembered (some 500 octets
each with an identity), a word is kept up to 128 octets, scores are counted exactly by
thousandths.

--json prints one object. Shares are 0 to 1; what cannot be told, as recall without labels, is
null; numbers have at most six decimals.
  policy                     name@version
  input                      lines, malformed, truncated, out_of_order, undated, ignored_fields, faults
  events                     by kind: send, check, receipt, identity, other
  sends                      total, labelled, benign, attack, invalid_numbers, duplicate_ids,
                             unfollowed (attacks of campaigns beyond the first million),
                             benign_decisions, attack_decisions
  outcomes                   approved, after_refusal, unknown_ids, unknown_results,
                             forgotten_sends, invalid_identities, forgotten_numbers
  decisions                  sends by decision: allow, step_up, review, block
  rules                      sends by the hard rule that set their decision
  roc_auc                    of the score; a tie counts half
  recall_at_fpr_0_1pct       share of attacks at or above threshold_at_fpr_0_1pct, the lowest
  recall_at_fpr_1pct         score from which on at most 0.1 % (1 %) of people's sends lie;
  threshold_at_fpr_...       sends of one score are never split
  attack_refused_share, benign_refused_share
  campaigns                  campaigns, stopped, allowed_before_stop_median and _p95: sends that
                             were allowed before ten refusals in a row; one that was never
                             stopped counts all of its own
  kinds                      for each kind of attack: sends, refused, roc_auc, recall_at_fpr_...,
                             and what campaigns has
  groups                     for each group of people: sends, refused, refused_share,
                             above_threshold_0_1pct_share, above_threshold_1pct_share
  calibration_error          mean difference between the share of attacks that a score stood for
                             in every other send and in the rest, over calibration_bins: upto
                             (score), fitted, observed, sends; 20 of equal count, fewer where
                             many sends score the same
  cost                       messages_offered, _refused, _saved (attacks refused; without labels
                             all refused), benign_messages_refused; the same as usd_..., and
                             usd_lost_to_attacks
  compared, differences      with --compare: the second policy's report; sends, changes, first
  explained                  with --explain

--fit FILE estimates the points anew, by a logistic regression on the policy's own terms (each
flag, piece of a curve and step) over the labelled sends of all files, and writes the policy
with them. It prints the points beside the present ones. A point stands for the same evidence
everywhere: a send that is an attack as likely as not scores the step_up band. Bands, groups,
purposes and rules stay. A warning names signs that are not plausible (an attack's evidence
below 0, history above); --fit-signs leaves such parts out, one after the other. What a policy
refuses brings no outcome, so fit again with the new one, and judge on other traffic.

Prices are indicative list prices by region unless --prices or replay.prices_file names yours.`
