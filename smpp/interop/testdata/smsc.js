// An SMSC over the npm package smpp. It prints its port, then one JSON object a line
// for each PDU that it received, as the library reads it; it does what it is
// told by words on its standard input.
'use strict';
const smpp = require('smpp');
const readline = require('readline');

const tell = (o) => process.stdout.write(JSON.stringify(o) + '\n');
const hex = (b) => Buffer.from(b).toString('hex');
let session;
let next = 0x812FC74700000000n; // above the range of int64

// report tells what the library read, octets and its own big words left out.
function report(pdu) {
  const o = {};
  for (const key of Object.keys(pdu)) {
    const v = pdu[key];
    if (Buffer.isBuffer(v)) o[key] = hex(v);
    else if (v && typeof v === 'object' && 'message' in v) {
      o.text = Buffer.isBuffer(v.message) ? hex(v.message) : v.message;
      if (v.udh) o.udh = v.udh.map(hex).join('');
    } else o[key] = v;
  }
  tell(o);
}

// Receipts: the id in the parameter as the response had it, in the text as a
// decimal number; the library chooses the coding.
function receipt(pdu, id) {
  session.deliver_sm({
    source_addr_ton: pdu.dest_addr_ton, source_addr_npi: pdu.dest_addr_npi, source_addr: pdu.destination_addr,
    dest_addr_ton: pdu.source_addr_ton, dest_addr_npi: pdu.source_addr_npi, destination_addr: pdu.source_addr,
    esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT,
    short_message: `id:${BigInt('0x' + id)} sub:001 dlvrd:001 submit date:2401021530 done date:240102153059 stat:DELIVRD err:000 text:`,
    receipted_message_id: id,
    message_state: smpp.MESSAGE_STATE.DELIVERED,
    user_message_reference: pdu.user_message_reference,
  }, (resp) => tell({answered: resp.command, command_status: resp.command_status}));
}

const server = smpp.createServer((s) => {
  session = s;
  s.on('error', (e) => tell({error: e.message}));
  s.on('close', () => tell({closed: true}));
  s.on('pdu', (pdu) => {
    report(pdu);
    switch (pdu.command) {
      case 'bind_transceiver':
        if (pdu.password !== 'secret') s.send(pdu.response({command_status: smpp.ESME_RINVPASWD}));
        else s.send(pdu.response({system_id: 'node-smpp', sc_interface_version: 0x34}));
        break;
      case 'submit_sm': {
        if (pdu.destination_addr === '490') {
          s.send(pdu.response({command_status: smpp.ESME_RINVDSTADR}));
          break;
        }
        const id = (++next).toString(16).toUpperCase();
        s.send(pdu.response({message_id: id}));
        if (pdu.registered_delivery & 3) receipt(pdu, id);
        break;
      }
      case 'enquire_link':
        s.send(pdu.response());
        break;
      case 'unbind':
        s.send(pdu.response());
        s.close();
        break;
    }
  });
});

readline.createInterface({input: process.stdin}).on('line', (word) => {
  switch (word) {
    case 'enquire':
      session.enquire_link((resp) => tell({answered: resp.command, command_status: resp.command_status}));
      break;
    case 'unbind':
      session.unbind((resp) => {
        tell({answered: resp.command, command_status: resp.command_status});
        session.close();
      });
      break;
    case 'odd': // what only an ESME may ask, and what has no answer
      session.alert_notification({source_addr: '4915112345678', esme_addr: '12345'});
      session.query_sm({message_id: '7', source_addr: '4915112345678'},
        (resp) => tell({answered: resp.command, command_status: resp.command_status}));
      break;
    case 'mo':
      for (const text of ['STOP @home', 'größer', 'Стоп 😀']) {
        session.deliver_sm({source_addr_ton: 1, source_addr_npi: 1, source_addr: '4915112345678', destination_addr: '12345', short_message: text},
          (resp) => tell({answered: resp.command, command_status: resp.command_status}));
      }
      break;
    default:
      tell({error: 'unknown word ' + word});
  }
}).on('close', () => process.exit(0));

server.listen(0, '127.0.0.1', () => tell({port: server.address().port}));
