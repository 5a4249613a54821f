package main

import (
	"fmt"
	"net/http"
	"time"
)

// story is one user, or one attacker, and what must come of it.
type story struct {
	title string
	play  func(*demo) error
}

var stories = []story{
	{"A clean user logs in.", cleanUser},
	{"A VoIP number signs up.", voipNumber},
	{"A number that was ported yesterday is bound to an account.", portedNumber},
	{"A SIM is swapped between two withdrawals.", simSwap},
	{"A bot pumps a block of numbers.", pumping},
}

const (
	cleanNumber = "+4915112345678"
	voipLine    = "+445612345678"
	portedLine  = "+4917012345678"
	swapped     = "+4916012345678"
)

// The network before and after the swap; the number that was ported is the
// same in both.
var (
	subscribersFile = `subscribers:
  "%s": {imsi: "262011234567890", iccid: "8949020000000000001", mccmnc: "26201", line_type: mobile, ported: false, reachable: true}
  "%s": {imsi: "262021234567891", iccid: "8949020000000000002", mccmnc: "26202", line_type: mobile, ported: true, ported_at: "%s"}
  "%s": {imsi: "%s", iccid: "%s", mccmnc: "26201", line_type: mobile, ported: false}
`
	yesterday  = time.Now().Add(-20 * time.Hour).UTC().Format(time.RFC3339)
	swapBefore = fmt.Sprintf(subscribersFile, cleanNumber, portedLine, yesterday, swapped, "262013333333333", "8949020000000000003")
	swapAfter  = fmt.Sprintf(subscribersFile, cleanNumber, portedLine, yesterday, swapped, "262014444444444", "8949020000000000004")
)

func cleanUser(d *demo) error {
	sent, err := d.post("send a code", "/v1/otp/send", map[string]any{"to": cleanNumber, "purpose": "login"})
	if err != nil {
		return err
	}
	if sent.status != http.StatusAccepted {
		return fmt.Errorf("the send was answered with %d", sent.status)
	}
	code, err := d.handset(cleanNumber)
	if err != nil {
		return err
	}
	checked, err := d.post("the user types it in", "/v1/otp/check", map[string]any{"id": sent.ID, "code": code})
	if err != nil || checked.Status != "approved" {
		return fmt.Errorf("the code was not approved: %v, %w", checked.Status, err)
	}
	return nil
}

func voipNumber(d *demo) error {
	return d.refused("send a code", map[string]any{"to": voipLine, "purpose": "signup"}, "LINE_VOIP")
}

func portedNumber(d *demo) error {
	return d.refused("send a code", map[string]any{"to": portedLine, "purpose": "bind"}, "PORTED_RECENT")
}

// refused plays a send that must be refused, for a reason that must be named.
func (d *demo) refused(what string, body map[string]any, reason string) error {
	a, err := d.post(what, "/v1/otp/send", body)
	if err != nil {
		return err
	}
	for _, r := range a.Reason {
		if r.Code == reason && a.status >= 400 {
			return nil
		}
	}
	return fmt.Errorf("answered with %d, without the reason %s", a.status, reason)
}

func simSwap(d *demo) error {
	send := map[string]any{"to": swapped, "purpose": "withdrawal", "account_id": "alice"}
	before, err := d.post("a withdrawal", "/v1/otp/send", send)
	if err != nil {
		return err
	}
	if before.status != http.StatusAccepted {
		return fmt.Errorf("the first withdrawal was answered with %d", before.status)
	}
	if err := d.network(swapAfter); err != nil {
		return err
	}
	fmt.Fprintln(d.out, "  the network gives the number to another SIM")
	after, err := d.post("the next withdrawal", "/v1/otp/send", send)
	if err != nil {
		return err
	}
	if after.Code != "frozen" || after.Review == "" {
		return fmt.Errorf("answered with %d %s, not frozen", after.status, after.Code)
	}
	if again, err := d.post("and a login", "/v1/otp/send", map[string]any{"to": swapped}); err != nil || again.Code != "frozen" {
		return fmt.Errorf("the number is not frozen for a login: %s, %w", again.Code, err)
	}
	if _, err := d.post("a person resolves the review", "/v1/reviews/"+after.Review, map[string]any{"resolution": "confirm_new_sim", "note": "new phone"}); err != nil {
		return err
	}
	lifted, err := d.post("a withdrawal after that", "/v1/otp/send", send)
	if err != nil || lifted.status != http.StatusAccepted {
		return fmt.Errorf("the number was not freed: %d, %w", lifted.status, err)
	}
	return nil
}

func pumping(d *demo) error {
	allowed, refused := 0, 0
	var last *answer
	for i := range 60 {
		a, err := d.ask(http.MethodPost, "/v1/otp/send", map[string]any{
			"to": fmt.Sprintf("+49162555%04d", 1000+i), "purpose": "signup", "context": map[string]any{"ip": "203.0.113.7"},
		})
		if err != nil {
			return err
		}
		if a.status == http.StatusAccepted {
			allowed++
			continue
		}
		refused++
		last = a
	}
	fmt.Fprintf(d.out, "  60 sends to neighbouring numbers from one address: %d allowed, %d refused\n", allowed, refused)
	if last == nil || refused < 40 {
		return fmt.Errorf("only %d of 60 were refused", refused)
	}
	fmt.Fprintf(d.out, "  the last one: %d %s, score %.0f\n", last.status, last.Code, last.Score)
	for _, r := range last.Reason {
		fmt.Fprintf(d.out, "      %-22s %+6.0f  %s\n", r.Code, r.Points, r.Evidence)
	}
	return nil
}
