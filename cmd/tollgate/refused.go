package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// refused makes an error to be read by a person out of an answer that is no
// success: what is wrong in words, the reasons of a decision below it. What is
// not a problem document (RFC 9457) is shown as it came.
func refused(status string, body []byte) error {
	var p struct {
		Title, Detail, Field, Code string
		Score                      *float64
		Reasons                    []struct {
			Code, Evidence string
			Points         float64
		}
		Review string `json:"review_id"`
		After  int    `json:"retry_after_s"`
	}
	if err := json.Unmarshal(body, &p); err != nil || p.Title == "" {
		return fmt.Errorf("%s: %s", status, body)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", status, p.Title)
	if p.Code != "" {
		fmt.Fprintf(&b, " (%s)", p.Code)
	}
	if p.Field != "" {
		fmt.Fprintf(&b, ": %s", p.Field)
	}
	if p.Detail != "" {
		fmt.Fprintf(&b, ": %s", p.Detail)
	}
	if p.Score != nil {
		fmt.Fprintf(&b, "\n  score %.0f", *p.Score)
	}
	for _, r := range p.Reasons {
		fmt.Fprintf(&b, "\n  %-22s %+6.0f  %s", r.Code, r.Points, r.Evidence)
	}
	if p.Review != "" {
		fmt.Fprintf(&b, "\n  review %s", p.Review)
	}
	if p.After > 0 {
		fmt.Fprintf(&b, "\n  try again in %d s", p.After)
	}
	return errors.New(b.String())
}
