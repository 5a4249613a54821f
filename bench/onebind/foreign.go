package onebind

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/fiorix/go-smpp/smpp"
	"github.com/fiorix/go-smpp/smpp/pdu/pdutext"
	"github.com/linxGnu/gosmpp"
	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
)

// openGosmpp keeps its window by counting responses, as its users do.
func openGosmpp(_ context.Context, addr string, window int) (*client, error) {
	slots := make(chan struct{}, window)
	var answered atomic.Int64
	s, err := gosmpp.NewSession(
		gosmpp.TRXConnector(gosmpp.NonTLSDialer, gosmpp.Auth{SMSC: addr, SystemID: "bench", Password: "bench"}),
		gosmpp.Settings{ReadTimeout: time.Minute, OnPDU: func(p pdu.PDU, _ bool) {
			if _, ok := p.(*pdu.SubmitSMResp); ok {
				answered.Add(1)
				<-slots
			}
		}}, -time.Second)
	if err != nil {
		return nil, fmt.Errorf("gosmpp: %w", err)
	}
	return &client{name: "gosmpp v0.3.1", close: func() { s.Close() }, load: func(deadline time.Time) (int64, error) {
		answered.Store(0)
		for time.Now().Before(deadline) {
			slots <- struct{}{}
			m, err := gosmppMessage()
			if err == nil {
				err = s.Transceiver().Submit(m)
			}
			if err != nil {
				return 0, err
			}
		}
		for len(slots) > 0 {
			time.Sleep(10 * time.Microsecond)
		}
		return answered.Load(), nil
	}}, nil
}

func gosmppMessage() (*pdu.SubmitSM, error) {
	m := pdu.NewSubmitSM().(*pdu.SubmitSM)
	var err error
	if m.SourceAddr, err = pdu.NewAddressWithTonNpiAddr(5, 0, source); err != nil {
		return nil, err
	}
	if m.DestAddr, err = pdu.NewAddressWithTonNpiAddr(1, 1, dest); err != nil {
		return nil, err
	}
	m.RegisteredDelivery = 1
	return m, m.Message.SetMessageWithEncoding(text, data.GSM7BIT)
}

// openFiorix is go-smpp, whose Submit waits for the response.
func openFiorix(_ context.Context, addr string, window int) (*client, error) {
	tx := &smpp.Transceiver{Addr: addr, User: "bench", Passwd: "bench", WindowSize: uint(window), RespTimeout: time.Minute}
	if s := <-tx.Bind(); s.Status() != smpp.Connected {
		return nil, fmt.Errorf("go-smpp: %v: %w", s.Status(), s.Error())
	}
	return &client{name: "go-smpp", close: func() { tx.Close() }, load: func(deadline time.Time) (int64, error) {
		return inParallel(deadline, window, func() error {
			_, err := tx.Submit(&smpp.ShortMessage{
				Src: source, SourceAddrTON: 5, Dst: dest, DestAddrTON: 1, DestAddrNPI: 1, Text: pdutext.GSM7(text),
			})
			return err
		})
	}}, nil
}
