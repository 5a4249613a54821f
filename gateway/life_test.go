package gateway

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tollgate/gateway/account"
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
	"tollgate/smpp/smsc"
)

const handset = "+4915112345678"

func TestWholeWay(t *testing.T) {
	r := newRig(t, rigOptions{})
	sent := r.accepted("0151 12345678", "login")
	if sent.To != handset || sent.Decision.Kind != "allow" {
		t.Errorf("accepted %s with %s", sent.To, sent.Decision.Kind)
	}
	v := r.await(sent.ID, store.Delivered)
	if got := stepNames(v); got != "accepted routed submitted delivered" {
		t.Errorf("timeline %s", got)
	}
	code := r.code("sim", handset)
	res, err := r.check(sent.ID, code)
	if err != nil || res.Status != store.ChallengeApproved {
		t.Fatalf("check = %+v, %v", res, err)
	}
	line := r.view(sent.ID).Delivery.Timeline
	if last := line[len(line)-1]; last.Name != "approved" || last.Latency <= 0 {
		t.Errorf("the timeline ends with %+v", last)
	}
	if _, err = r.check(sent.ID, code); !isRefusal(err, CodeAlreadyUsed) {
		t.Errorf("the same code again: %v", err)
	}
	if _, err := r.Store.Content(context.Background(), sent.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the text of a delivered message is still there: %v", err)
	}
}

func isRefusal(err error, want Code) bool {
	var r *Refusal
	return errors.As(err, &r) && r.Code == want
}

func TestCooldownThenLockThenReview(t *testing.T) {
	r := newRig(t, rigOptions{})
	sent := r.accepted(handset, "login")
	code := r.code("sim", handset)
	for i := range 5 {
		res, err := r.check(sent.ID, wrongCode(code))
		if err != nil || res.Status != store.ChallengePending || res.AttemptsLeft != 4-i {
			t.Fatalf("wrong code %d: %+v, %v", i+1, res, err)
		}
		if _, err := r.check(sent.ID, code); !isRefusal(err, CodeCooldown) {
			t.Fatalf("in the cool-down even the right code waits: %v", err)
		}
		r.refused(handset, "login", CodeCooldown)
		r.pass(55 * time.Second)
		r.refused(handset, "login", CodeCooldown)
		r.pass(6 * time.Second)
		if i == 3 { // the code is about to expire: go on with a new one
			sent = r.accepted(handset, "login")
			r.await(sent.ID, store.Delivered)
			code = r.code("sim", handset)
		}
	}
	if _, err := r.check(sent.ID, wrongCode(code)); !isRefusal(err, CodeLocked) {
		t.Fatalf("the sixth wrong code within an hour: %v", err)
	}
	refusal := r.refused(handset, "withdrawal", CodeLocked)
	if refusal.Review.IsZero() || refusal.Decision == nil {
		t.Fatalf("a lock without review or decision: %+v", refusal)
	}
	if _, err := r.Resolve(context.Background(), r.tenant, refusal.Review, "nonsense", ""); !isRefusal(err, CodeInvalidRequest) {
		t.Errorf("an unknown resolution: %v", err)
	}
	_, err := r.Resolve(context.Background(), r.tenant, refusal.Review, account.FalseAlarm, "the user called")
	must(t, err)
	r.accepted(handset, "login")
	if _, err := r.Resolve(context.Background(), r.tenant, refusal.Review, account.FalseAlarm, ""); !isRefusal(err, CodeAlreadyResolved) {
		t.Errorf("resolved twice: %v", err)
	}
}

func TestSwapFreezesAndReviewLifts(t *testing.T) {
	r := newRig(t, rigOptions{network: subscriberLine(handset, "262011111111111")})
	r.ended(r.accepted(handset, "withdrawal").ID)
	r.setNetwork(subscriberLine(handset, "262012222222222"))
	if got := r.refused(handset, "login", CodeStepUp); len(got.Decision.Reasons) == 0 {
		t.Error("a step-up without a reason")
	}
	frozen := r.refused(handset, "withdrawal", CodeFrozen)
	if frozen.Review.IsZero() || len(frozen.Decision.Reasons) == 0 {
		t.Fatalf("a freeze without review or reasons: %+v", frozen)
	}
	if again := r.refused(handset, "login", CodeFrozen); again.Review != frozen.Review {
		t.Error("the freeze is repeated with another review")
	}
	reviews, err := r.Reviews(context.Background(), r.tenant, true, store.ID{}, 10)
	if err != nil || len(reviews) != 1 || reviews[0].ID != frozen.Review {
		t.Fatalf("open reviews: %v, %v", reviews, err)
	}
	_, err = r.Resolve(context.Background(), r.tenant, frozen.Review, account.ConfirmNewSIM, "")
	must(t, err)
	r.ended(r.accepted(handset, "withdrawal").ID)
	r.setNetwork(subscriberLine(handset, "262013333333333"))
	r.refused(handset, "withdrawal", CodeFrozen) // another swap is another freeze
}

// A freeze holds the account with the number: its other numbers get nothing
// until the review is resolved, and no code of theirs is taken.
func TestFreezeHoldsTheAccount(t *testing.T) {
	const other, account1 = "+4915112345679", "user-1"
	r := newRig(t, rigOptions{network: subscribers(handset, "262011111111111", other, "262014444444444")})
	send := func(to, account string) (*Accepted, error) {
		return r.Send(context.Background(), r.tenant, &SendRequest{Kind: store.KindOTP, To: to, Purpose: "withdrawal", AccountID: account})
	}
	_, err := send(handset, account1)
	must(t, err)
	pending, err := send(other, account1)
	must(t, err)
	r.await(pending.ID, store.Delivered)
	r.setNetwork(subscribers(handset, "262012222222222", other, "262014444444444"))
	_, err = send(handset, account1)
	frozen, ok := err.(*Refusal)
	if !ok || frozen.Code != CodeFrozen {
		t.Fatalf("the swapped number: %v", err)
	}
	for range 2 { // also after a restart
		if _, err := send(other, account1); !isRefusal(err, CodeFrozen) || err.(*Refusal).Review != frozen.Review || len(err.(*Refusal).Decision.Reasons) == 0 {
			t.Errorf("another number of the account: %v", err)
		}
		if _, err := r.check(pending.ID, r.code("sim", other)); !isRefusal(err, CodeFrozen) {
			t.Errorf("a code of the account: %v", err)
		}
		if _, err := send(other, "user-2"); err != nil {
			t.Errorf("another account: %v", err)
		}
		r.stop()
		r.start()
	}
	_, err = r.Resolve(context.Background(), r.tenant, frozen.Review, account.ConfirmNewSIM, "")
	must(t, err)
	if _, err := send(other, account1); err != nil {
		t.Errorf("after the review: %v", err)
	}
	if res, err := r.check(pending.ID, r.code("sim", other)); err != nil || res.Status == store.ChallengeExpired {
		t.Errorf("a check after the review: %+v, %v", res, err)
	}
}

// A swap while the message waits: the decision was good, the SIM is not.
func TestFenceStopsASwapInTheQueue(t *testing.T) {
	r := newRig(t, rigOptions{network: subscriberLine(handset, "262011111111111"), down: true})
	sent := r.accepted(handset, "withdrawal")
	r.setNetwork(subscriberLine(handset, "262012222222222"))
	r.up("sim")
	v := r.await(sent.ID, store.Rejected)
	if v.Delivery.Reason != "fence" {
		t.Errorf("rejected for %q", v.Delivery.Reason)
	}
	if n := r.sims["sim"].Stats().Submits; n != 0 {
		t.Errorf("%d messages were submitted to a swapped SIM", n)
	}
	// What the fence saw freezes without waiting for the next send.
	var reviews []*store.Review
	r.until("the freeze is reviewed", func() bool {
		reviews, _ = r.Reviews(context.Background(), r.tenant, true, store.ID{}, 10)
		return len(reviews) == 1
	})
	if frozen := r.refused(handset, "login", CodeFrozen); frozen.Review != reviews[0].ID {
		t.Error("the freeze has another review")
	}
}

// The keys rotate in mid-run, and the process restarts: the same SIM is the
// same SIM, and another one is still another one.
func TestRotationIsNoSwap(t *testing.T) {
	const claimed = "262019999999999"
	r := newRig(t, rigOptions{network: subscriberLine(handset, "262011111111111")})
	send := func() (*Accepted, error) {
		return r.Send(context.Background(), r.tenant, &SendRequest{
			Kind: store.KindOTP, To: handset, Purpose: "withdrawal",
			Context: ClientContext{DeviceID: "phone", Device: &subscriber.Identity{IMSI: claimed}},
		})
	}
	for i := range 4 {
		sent, err := send()
		if err != nil || len(codes(&sent.Decision)) != 0 {
			t.Fatalf("after %d rotations: %+v, %v", i, sent, err)
		}
		r.await(sent.ID, store.Delivered)
		_, err = r.ring.Rotate()
		must(t, err)
		if i == 2 {
			r.stop()
			r.start()
		}
	}
	r.setNetwork(subscriberLine(handset, "262012222222222"))
	if _, err := send(); !isRefusal(err, CodeFrozen) {
		t.Errorf("a swap after the rotations: %v", err)
	}
}

func TestObserveSendsEverything(t *testing.T) {
	r := newRig(t, rigOptions{network: subscriberLine(handset, "262011111111111"), policy: "observe"})
	r.ended(r.accepted(handset, "withdrawal").ID)
	r.setNetwork(subscriberLine(handset, "262012222222222"))
	sent := r.accepted(handset, "withdrawal")
	if sent.Decision.Kind != "allow" || sent.Decision.Shown() == "allow" {
		t.Errorf("decided %s, observed %s", sent.Decision.Kind, sent.Decision.Observed)
	}
	r.await(sent.ID, store.Delivered)
}

func TestDownAtStartThenDelivered(t *testing.T) {
	r := newRig(t, rigOptions{down: true})
	sent := r.accepted(handset, "login")
	if s := r.view(sent.ID).Delivery.Status; s != store.Queued {
		t.Errorf("without a carrier the message is %v", s)
	}
	r.up("sim")
	r.await(sent.ID, store.Delivered)
}

func TestExpiredIsNeverSubmitted(t *testing.T) {
	r := newRig(t, rigOptions{down: true})
	sent := r.accepted(handset, "login")
	r.pass(6 * time.Minute)
	r.await(sent.ID, store.Expired)
	r.up("sim")
	r.until("the bind stands", func() bool { return r.carriers[0].Health().Up })
	if n := r.sims["sim"].Stats().Submits; n != 0 {
		t.Errorf("%d expired messages were submitted", n)
	}
}

// The receipts of a long text come before and after a restart.
func TestPartsDeliveredAcrossARestart(t *testing.T) {
	r := newRig(t, rigOptions{sims: map[string]*smsc.Profile{"sim": {ReceiptDelay: smsc.Distribution{Kind: "uniform", Min: 20 * time.Millisecond, Max: time.Second}}}})
	sent, err := r.Send(context.Background(), r.tenant, &SendRequest{Kind: store.KindText, To: handset, Text: strings.Repeat("long ", 120)})
	must(t, err)
	view := func() *store.Delivery {
		v, err := r.View(context.Background(), r.tenant, sent.ID, store.KindText)
		must(t, err)
		return v.Delivery
	}
	r.until("a part was delivered", func() bool { return view().Got != 0 })
	r.until("which is on disk", func() bool {
		d, err := r.Store.Delivery(context.Background(), sent.ID)
		return err == nil && d.Got != 0
	})
	r.stop()
	r.start()
	r.until("the message is delivered", func() bool { return view().Status == store.Delivered })
}

// A file that leaves a fact out does not tell it; nothing is held against the number.
func TestLeftOutFactsScoreNothing(t *testing.T) {
	file := "subscribers:\n  \"%s\": {imsi: \"%s\"}\n  \"+4915112345000\": {imsi: \"262019999999999\", line_type: mobile, ported: false, roaming: false}\n"
	r := newRig(t, rigOptions{network: fmt.Sprintf(file, handset, "262011111111111")})
	if sent := r.accepted(handset, "withdrawal"); len(codes(&sent.Decision)) != 0 {
		t.Errorf("score %v: %+v", sent.Decision.Score, sent.Decision.Reasons)
	}
	r.setNetwork(fmt.Sprintf(file, handset, "262012222222222"))
	r.refused(handset, "login", CodeStepUp)
	r.setNetwork("subscribers:\n  \"" + handset + "\": {line_type: mobile}\n  \"+4915112345000\": {imsi: \"262019999999999\"}\n")
	r.refused(handset, "withdrawal", CodeFrozen) // the SIM that was told before is withheld, and had changed
}

// A callback that could not be signed would never be made.
func TestCallbackWithoutSecretIsRefused(t *testing.T) {
	r := newRig(t, rigOptions{down: true})
	request := &SendRequest{Kind: store.KindOTP, To: handset, CallbackURL: "https://example.com/hook"}
	_, err := r.Send(context.Background(), r.tenant, request)
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Field != "callback_url" {
		t.Errorf("accepted, or refused for another reason: %v", err)
	}
	r.tenant.WebhookSecret = "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 32))
	if _, err := r.Send(context.Background(), r.tenant, request); err != nil {
		t.Errorf("with a secret: %v", err)
	}
}

func TestCancelBeforeSubmission(t *testing.T) {
	r := newRig(t, rigOptions{down: true})
	sent := r.accepted(handset, "login")
	v, err := r.Cancel(context.Background(), r.tenant, sent.ID)
	if err != nil || v.Delivery.Status != store.Canceled || v.Challenge.Status != store.ChallengeCanceled {
		t.Fatalf("cancel: %+v, %v", v, err)
	}
	r.up("sim")
	other := r.accepted(handset, "login")
	r.await(other.ID, store.Delivered)
	if n := r.sims["sim"].Stats().Submits; n != 1 {
		t.Errorf("%d messages were submitted, want the one that was not canceled", n)
	}
}

func TestQueueIsBounded(t *testing.T) {
	r := newRig(t, rigOptions{down: true, dispatch: DispatchConfig{MaxMessages: 3}})
	for i := range 3 {
		r.accepted(fmt.Sprintf("+49151123456%02d", 10+7*i), "login")
	}
	if got := r.refused("+4915112345699", "login", CodeOverloaded); got.RetryAfter <= 0 {
		t.Error("overloaded without Retry-After")
	}
	r.up("sim")
	r.until("room in the queue", func() bool { _, err := r.send("+4915112345699", "login"); return err == nil })
}

// Refusals for one bound must leave the account of the other as it was.
func TestQueueIsBoundedInOctets(t *testing.T) {
	r := newRig(t, rigOptions{down: true, dispatch: DispatchConfig{MaxMessages: 3, MaxBytes: 2500}})
	d := r.Dispatcher
	for range 50 {
		must(t, d.Admit(100, store.KindOTP))
		must(t, d.Admit(100, store.KindOTP))
		must(t, d.Admit(100, store.KindOTP))
		if d.Admit(100, store.KindOTP) == nil {
			t.Fatal("a fourth message was admitted")
		}
		for range 3 {
			d.Unadmit(100)
		}
	}
	if d.Admit(2600, store.KindOTP) == nil || d.waiting.Load() != 0 || d.bytes.Load() != 0 {
		t.Errorf("%d messages and %d octets stand in an empty queue", d.waiting.Load(), d.bytes.Load())
	}
}

func TestEarlyReceiptFindsItsMessage(t *testing.T) {
	r := newRig(t, rigOptions{sims: map[string]*smsc.Profile{"sim": {EarlyReceipt: 1, ResponseDelay: smsc.Distribution{Value: 50 * time.Millisecond}}}})
	sent := r.accepted(handset, "login")
	r.await(sent.ID, store.Delivered)
}

// A request whose time is up while the disk is at work still has one outcome:
// the message is accepted and sent.
func TestLateRequestIsAcceptedAndSent(t *testing.T) {
	r := newRig(t, rigOptions{})
	ctx, cancel := context.WithCancel(context.Background())
	in := make(chan struct{})
	var once sync.Once
	r.Service.Rand = readerFunc(func(p []byte) (int, error) { // the last thing before the commit
		once.Do(func() { cancel(); close(in) })
		return len(p), nil
	})
	_, err := r.Send(ctx, r.tenant, &SendRequest{Kind: store.KindOTP, To: handset})
	<-in
	if err == nil {
		r.until("the SMSC has it", func() bool { return r.sims["sim"].Stats().Submits == 1 })
		return
	}
	time.Sleep(50 * time.Millisecond)
	if n := r.sims["sim"].Stats().Submits; n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("refused with %v, and %d were submitted", err, n)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestTimelineIsBounded(t *testing.T) {
	f := &flight{}
	f.step("accepted", "", "", time.Time{}, 0)
	for i := range 500 {
		f.step("attempt", "a", fmt.Sprint(i), time.Time{}, 0)
	}
	line := f.d.Timeline
	if len(line) != maxSteps || line[0].Name != "accepted" || line[len(line)-1].Detail != "499" {
		t.Errorf("%d steps from %+v to %+v", len(line), line[0], line[len(line)-1])
	}
}

// load sends n messages from several goroutines and returns their ids.
func (r *rig) load(n int) []store.ID {
	r.t.Helper()
	var mu sync.Mutex
	var ids []store.ID
	var wg sync.WaitGroup
	var next atomic.Int64
	for range 16 {
		wg.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(n) {
					return
				}
				a, err := r.send(fmt.Sprintf("+491512%07d", i*7919%10_000_000), "login")
				if err != nil {
					r.t.Errorf("send %d: %v", i, err)
					return
				}
				mu.Lock()
				ids = append(ids, a.ID)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return ids
}

func TestCarrierDiesUnderLoad(t *testing.T) {
	r := newRig(t, rigOptions{sims: map[string]*smsc.Profile{"a": {}, "b": {}}, policy: "observe"})
	r.until("both binds stand", func() bool { return r.carriers[0].Health().Up && r.carriers[1].Health().Up })
	go func() {
		for r.sims["a"].Stats().Submits < 300 {
			time.Sleep(time.Millisecond)
		}
		r.sims["a"].Close()
	}()
	ids := r.load(2000)
	perCarrier, bereft := map[string]int{}, 0
	for _, id := range ids {
		var v *View
		r.until("an end, or a receipt that died with its carrier", func() bool {
			v = r.view(id)
			return v.Delivery.Status.Terminal() || v.Delivery.Carrier == "a" && v.Delivery.Status == store.Submitted && !r.carriers[0].Health().Up
		})
		switch v.Delivery.Status {
		case store.Delivered:
		case store.Submitted:
			bereft++
		default:
			t.Fatalf("ended as %v: %s %v", v.Delivery.Status, v.Delivery.Reason, v.Delivery.Timeline)
		}
		perCarrier[v.Delivery.Carrier]++
	}
	if s := r.sims["a"].Stats(); bereft > int(s.Accepted-s.ReceiptsAcked) {
		t.Errorf("%d messages wait for a receipt of the dead carrier, which accepted %d and had %d acknowledged", bereft, s.Accepted, s.ReceiptsAcked)
	}
	if perCarrier["a"] == 0 || perCarrier["b"] < 1000 {
		t.Errorf("delivered by carrier: %v; want some by a before its death and most by b", perCarrier)
	}
}

func TestCrashLosesNothingAccepted(t *testing.T) {
	r := newRig(t, rigOptions{sims: map[string]*smsc.Profile{"sim": {ResponseDelay: smsc.Distribution{Value: 5 * time.Millisecond}}}, policy: "observe"})
	ids := r.load(500)
	r.crash()
	r.start()
	for _, id := range ids {
		if v := r.ended(id); v.Delivery.Status != store.Delivered {
			t.Fatalf("ended as %v (%s): %v", v.Delivery.Status, v.Delivery.Reason, v.Delivery.Timeline)
		}
	}
	if s := r.sims["sim"].Stats(); s.Unique < 500 {
		t.Errorf("the SMSC saw %d of 500 messages", s.Unique)
	}
}

func TestFreezeAndLockSurviveACrash(t *testing.T) {
	r := newRig(t, rigOptions{network: subscriberLine(handset, "262011111111111")})
	r.ended(r.accepted(handset, "withdrawal").ID)
	r.setNetwork(subscriberLine(handset, "262012222222222"))
	frozen := r.refused(handset, "withdrawal", CodeFrozen)
	r.crash()
	r.start()
	if again := r.refused(handset, "withdrawal", CodeFrozen); again.Review != frozen.Review {
		t.Error("after the crash another review holds the number")
	}
}

func TestIdempotency(t *testing.T) {
	r := newRig(t, rigOptions{})
	request := func(key string, body byte) (*Accepted, error) {
		return r.Send(context.Background(), r.tenant, &SendRequest{
			Kind: store.KindOTP, To: handset, Idempotency: &store.Answer{Key: key, Body: [32]byte{body}},
			Render: func(a *Accepted, err error) (int, []byte) {
				if err != nil {
					return 429, nil
				}
				return 202, []byte(a.ID.String())
			},
		})
	}
	first, err := request("k", 1)
	must(t, err)
	_, err = request("k", 1)
	var replay *Replay
	if !errors.As(err, &replay) || replay.Status != 202 || string(replay.Body) != first.ID.String() {
		t.Fatalf("the second time: %v", err)
	}
	if _, err := request("k", 2); !errors.Is(err, store.ErrKeyReused) {
		t.Errorf("another body under the same key: %v", err)
	}
	r.crash()
	r.start()
	if _, err = request("k", 1); !errors.As(err, &replay) {
		t.Errorf("after a crash: %v", err)
	}
	r.await(first.ID, store.Delivered)
	if n := r.sims["sim"].Stats().Unique; n != 1 { // the crash may have cost the result, and so a repeat
		t.Errorf("%d messages were submitted for one key", n)
	}
}
