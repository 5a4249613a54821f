package smsc

import "time"

// Step is one line of a script: what happens when its turn comes. The steps
// take effect in their order; each waits for the one before it.
//
//	script:
//	  - {when: {submits: 100}, do: answer, status: ESME_RSYSERR, next: 20}
//	  - {when: {after: 2s}, do: drop, for: 10s}
//	  - {when: {bind: 1}, do: throttle, for: 5s}
//
// What a step puts in force lasts for the next so many, for a time, or, when
// neither is given, until resume or another step of the same kind. It acts on
// top of the rest of the profile.
type Step struct {
	When When   `yaml:"when"`
	Do   Action `yaml:"do"`

	Next   int           `yaml:"next"`   // so many submit_sm, or binds for refuse_binds
	For    time.Duration `yaml:"for"`    // so long
	Here   bool          `yaml:"here"`   // only the connection that the condition was met on; default: all
	Status Status        `yaml:"status"` // of answer, throttle (ESME_RTHROTTLED), refuse_binds (ESME_RBINDFAIL)
	By     time.Duration `yaml:"by"`     // of delay
	Times  int           `yaml:"times"`  // of storm
	Fault  string        `yaml:"fault"`  // of fault: a share of the section faults, or lose_response, lose_submit

	// Of receipt. What is missing stays as the profile has it.
	Stat  string `yaml:"stat"`
	Err   string `yaml:"err"` // default 000 for DELIVRD and 001 for the rest
	ID    IDForm `yaml:"id"`  // any form of receipt_id
	Twice bool   `yaml:"twice"`
	Early bool   `yaml:"early"` // before the response
	Lost  bool   `yaml:"lost"`  // never sent
}

// When is the condition of a step; one of its fields, or none: together with
// the step before, or at the start. It counts from the moment that the step
// before took effect. submit_multi is not counted.
type When struct {
	Submits int           `yaml:"submits"` // so many submit_sm or data_sm were decided and, unless delayed, answered
	After   time.Duration `yaml:"after"`   // so long after
	To      string        `yaml:"to"`      // a submit_sm whose destination begins so has come; it meets the step itself
	Bind    int           `yaml:"bind"`    // so many binds were accepted
}

// Action is what a step does.
type Action string

// The actions.
const (
	DoAnswer      Action = "answer"       // submit_sm are refused with status
	DoThrottle    Action = "throttle"     // the same with ESME_RTHROTTLED
	DoDelay       Action = "delay"        // their responses come later by `by`
	DoReceipt     Action = "receipt"      // their receipts lie: stat, err, id, twice, early, lost
	DoFault       Action = "fault"        // their responses have the fault
	DoRefuseBinds Action = "refuse_binds" // binds are refused with status
	DoDrop        Action = "drop"         // connections close, and with `for` new ones too
	DoUnbind      Action = "unbind"       // binds are asked to leave
	DoStorm       Action = "storm"        // so often as `times` for each bind there is: new ones as soon as they come
	DoHang        Action = "hang"         // nothing is written any more; what came meanwhile is answered at the end
	DoGarbage     Action = "garbage"      // random octets to every bind, now
	DoOversize    Action = "oversize"     // a command_length of 2 GiB to every bind, now
	DoOctets      Action = "octets"       // one octet a segment
	DoAlert       Action = "alert"        // alert_notification to every bind that receives, now
	DoResume      Action = "resume"       // ends all that is in force
)

// uses names the keys that an action takes besides when and do; ! marks one that
// it needs.
var uses = map[Action]string{
	DoAnswer:      "status! next for",
	DoThrottle:    "status next for",
	DoDelay:       "by! next for",
	DoReceipt:     "stat err id twice early lost next for",
	DoFault:       "fault! next for",
	DoRefuseBinds: "status next for",
	DoDrop:        "for here",
	DoUnbind:      "here",
	DoStorm:       "times!",
	DoHang:        "for here",
	DoGarbage:     "here",
	DoOversize:    "here",
	DoOctets:      "for",
	DoAlert:       "",
	DoResume:      "",
}

// faultNames are the values of Step.Fault.
var faultNames = map[string]faultSet{
	"garbage": faultGarbage, "oversize": faultOversize, "truncated": faultTruncated, "nack": faultNack,
	"duplicate_response": faultDuplicate, "stray_sequence": faultStray, "unknown_pdu": faultUnknown,
	"lose_response": faultLost, "lose_submit": faultSwallowed,
}
