# An SMSC over Net::SMPP. It prints its port, then one JSON object a line for each
# PDU that it received, as the library reads it; it does what it is told by words
# on its standard input.
use strict;
use warnings;
use IO::Select;
use JSON::PP;
use Net::SMPP;

$| = 1;
my $json = JSON::PP->new->canonical->latin1;
my $listen = Net::SMPP->new_listen('127.0.0.1', port => 0, smpp_version => 0x34, enquire_interval => 0)
    or die "listen: $!";
my $waits = IO::Select->new($listen, \*STDIN);
my ($bind, $next) = (undef, 0xA1B2C0);

sub notice { print $json->encode($_[0]), "\n" }

# as_read tells what the library read; what may be no text in hexadecimal.
sub as_read {
    my ($pdu) = @_;
    my %o;
    for my $key (keys %$pdu) {
        next if $key eq 'data' || $key =~ /^\d+$/ || !defined $pdu->{$key};
        my $v = $pdu->{$key};
        $o{$key} = $key =~ /^(short_message|message_payload|user_message_reference|sar_.*)$/ ? unpack('H*', $v) : $v;
    }
    $o{command} = $pdu->explain_cmd;
    notice(\%o);
}

# Receipts of GSM texts are deliver_sm with a short text, the id decimal with zeros
# in front; those of others are data_sm with parameters alone, without a NUL
# behind the id.
sub receipt {
    my ($pdu, $id) = @_;
    my @to = (
        source_addr_ton => $pdu->{dest_addr_ton}, source_addr_npi => $pdu->{dest_addr_npi}, source_addr => $pdu->{destination_addr},
        dest_addr_ton => $pdu->{source_addr_ton}, dest_addr_npi => $pdu->{source_addr_npi}, destination_addr => $pdu->{source_addr},
        esm_class => 4, async => 1,
    );
    my @reference = defined $pdu->{user_message_reference} ? (user_message_reference => $pdu->{user_message_reference}) : ();
    if ($pdu->{data_coding} == 0) {
        $bind->deliver_sm(@to, short_message => sprintf('id:%012d stat:UNDELIV err:21b', hex $id), @reference);
    } else {
        $bind->data_sm(@to, receipted_message_id => $id, message_state => pack('C', 2), @reference);
    }
}

sub request {
    my ($pdu) = @_;
    my $cmd = $pdu->{cmd};
    if ($cmd == Net::SMPP::CMD_bind_transceiver) {
        $bind->bind_transceiver_resp(seq => $pdu->{seq}, system_id => 'Net::SMPP',
            status => $pdu->{password} eq 'secret' ? 0 : 0x0E);
    } elsif ($cmd == Net::SMPP::CMD_submit_sm) {
        if ($pdu->{destination_addr} eq '490') {
            $bind->submit_sm_resp(seq => $pdu->{seq}, message_id => '', status => 0x0B);
            return;
        }
        my $id = sprintf '%x', ++$next;
        $bind->submit_sm_resp(seq => $pdu->{seq}, message_id => $id);
        receipt($pdu, $id) if $pdu->{registered_delivery} & 3;
    } elsif ($cmd == Net::SMPP::CMD_enquire_link) {
        $bind->enquire_link_resp(seq => $pdu->{seq});
    } elsif ($cmd == Net::SMPP::CMD_unbind) {
        $bind->unbind_resp(seq => $pdu->{seq});
        leave();
    } elsif ($cmd & 0x80000000) {
        notice({answered => $pdu->explain_cmd, command_status => $pdu->{status}});
        leave() if $cmd == Net::SMPP::CMD_unbind_resp;
    }
}

sub leave {
    $waits->remove($bind);
    close $bind;
    undef $bind;
    notice({closed => JSON::PP::true});
}

sub word {
    my ($word) = @_;
    if ($word eq 'enquire') {
        $bind->enquire_link(async => 1);
    } elsif ($word eq 'unbind') {
        $bind->unbind(async => 1);
    } elsif ($word eq 'odd') { # what only an ESME may ask, and what has no answer
        $bind->alert_notification(source_addr => '4915112345678', esme_addr => '12345', async => 1);
        $bind->query_sm(message_id => '7', source_addr => '4915112345678', async => 1);
    } elsif ($word eq 'mo') {
        my @way = (source_addr_ton => 1, source_addr_npi => 1, source_addr => '4915112345678', destination_addr => '12345', async => 1);
        $bind->deliver_sm(@way, short_message => "STOP \x00home");
        $bind->deliver_sm(@way, data_coding => 3, short_message => "gr\xF6\xDFer");
        $bind->deliver_sm(@way, data_coding => 8, short_message => pack('n*', 0x421, 0x442, 0x43E, 0x43F, 0x20, 0xD83D, 0xDE00));
    } else {
        notice({error => "unknown word $word"});
    }
}

notice({port => $listen->sockport});
while (1) {
    for my $ready ($waits->can_read) {
        if ($ready == $listen) {
            $bind = $listen->accept or die "accept: $!";
            $waits->add($bind);
        } elsif (fileno($ready) == fileno(STDIN)) {
            sysread(STDIN, my $words, 4096) or exit 0;
            word($_) for split /\n/, $words;
        } elsif ($bind && $ready == $bind) {
            my $pdu = $bind->read_pdu;
            if (!defined $pdu) {
                leave();
                next;
            }
            as_read($pdu);
            request($pdu);
        }
    }
}
