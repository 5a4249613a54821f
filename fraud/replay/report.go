package replay

import (
	"math"

	"tollgate/fraud"
)

// Input is what was read.
type Input struct {
	Lines         int64 `json:"lines"`          // that are not empty
	Malformed     int64 `json:"malformed"`      // that are no event; they are passed
	Truncated     bool  `json:"truncated"`      // the last one ends in its middle, or the compressed file does
	OutOfOrder    int64 `json:"out_of_order"`   // events earlier than one before, or far ahead of all, which count as made at that one's time
	Undated       int64 `json:"undated"`        // events without a time of use, which count as made at that of the event before them
	IgnoredFields int64 `json:"ignored_fields"` // optional values of a wrong type or out of range: as if not told

	Faults []string `json:"faults"` // the kinds of these, each with the first line and how many there are
}

// Report is everything that a replay of one policy shows. Its JSON keys are
// stable; a number that cannot be told, as recall without labels, is null.
type Report struct {
	Policy    string               `json:"policy"` // name and version
	Input     Input                `json:"input"`
	Events    map[string]int64     `json:"events"` // by kind; "other" are words that are not known
	Sends     Sends                `json:"sends"`
	Outcomes  Outcomes             `json:"outcomes"`
	Decisions map[fraud.Kind]int64 `json:"decisions"`
	Rules     map[string]int64     `json:"rules"` // sends whose decision a hard rule set

	AUC           *float64                `json:"roc_auc"`
	Recall01      *float64                `json:"recall_at_fpr_0_1pct"`
	Recall1       *float64                `json:"recall_at_fpr_1pct"`
	Threshold01   *float64                `json:"threshold_at_fpr_0_1pct"` // the lowest score from which on at most so many benign sends lie
	Threshold1    *float64                `json:"threshold_at_fpr_1pct"`
	AttackRefused *float64                `json:"attack_refused_share"`
	BenignRefused *float64                `json:"benign_refused_share"`
	Campaigns     Stops                   `json:"campaigns"`
	Kinds         map[string]*KindReport  `json:"kinds"`  // of attack
	Groups        map[string]*GroupReport `json:"groups"` // of people; "" are those of no group
	Calibration   *float64                `json:"calibration_error"`
	Bins          []Bin                   `json:"calibration_bins"`
	Cost          Cost                    `json:"cost"`

	tally *Tally
}

// Sends counts sends.
type Sends struct {
	Total        int64                `json:"total"`
	Labelled     int64                `json:"labelled"`
	Benign       int64                `json:"benign"`
	Attack       int64                `json:"attack"`
	Invalid      int64                `json:"invalid_numbers"`
	DuplicateIDs int64                `json:"duplicate_ids"` // with the id of one before
	Unfollowed   int64                `json:"unfollowed"`    // attacks beyond the campaigns that are followed one by one
	ByBenign     map[fraud.Kind]int64 `json:"benign_decisions"`
	ByAttack     map[fraud.Kind]int64 `json:"attack_decisions"`
}

// Outcomes counts checks and receipts.
type Outcomes struct {
	Approved       int64 `json:"approved"`        // allowed sends whose code was typed in
	AfterRefusal   int64 `json:"after_refusal"`   // of sends that were not allowed: ignored
	UnknownIDs     int64 `json:"unknown_ids"`     // of no send before them
	UnknownResults int64 `json:"unknown_results"` // with a word that is not known
	Forgotten      int64 `json:"forgotten_sends"` // too many to await their outcome
	BadIdentities  int64 `json:"invalid_identities"`
	Numbers        int64 `json:"forgotten_numbers"` // too many to remember all
}

// KindReport is one kind of attack, against all benign sends.
type KindReport struct {
	Sends    int64    `json:"sends"`
	Refused  int64    `json:"refused"`
	AUC      *float64 `json:"roc_auc"`
	Recall01 *float64 `json:"recall_at_fpr_0_1pct"`
	Recall1  *float64 `json:"recall_at_fpr_1pct"`
	Stops
}

// GroupReport is one group of people.
type GroupReport struct {
	Sends   int64    `json:"sends"`
	Refused int64    `json:"refused"`
	Share   *float64 `json:"refused_share"`
	Above01 *float64 `json:"above_threshold_0_1pct_share"`
	Above1  *float64 `json:"above_threshold_1pct_share"`
}

// Cost is in messages and USD. What is saved are the attacks refused; without
// labels, all that was refused.
type Cost struct {
	Offered          int64   `json:"messages_offered"`
	Refused          int64   `json:"messages_refused"`
	Saved            int64   `json:"messages_saved"`
	BenignRefused    int64   `json:"benign_messages_refused"`
	USDOffered       float64 `json:"usd_offered"`
	USDRefused       float64 `json:"usd_refused"`
	USDSaved         float64 `json:"usd_saved"`
	USDLost          float64 `json:"usd_lost_to_attacks"`
	USDBenignRefused float64 `json:"usd_benign_refused"`
}

// number is nil for what cannot be told. Six decimals are more than any count
// of sends supports, and print the same everywhere.
func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	v = rounded(v)
	return &v
}

func rounded(v float64) float64 { return math.Round(v*1e6) / 1e6 }

func share(part, whole int64) *float64 {
	if whole == 0 {
		return nil
	}
	return number(float64(part) / float64(whole))
}
