// SPDX-License-Identifier: GPL-2.0-or-later
//
// What kamailio.cfg does, in JavaScript over KEMI: the same module functions, called as KSR.lync.*. Loaded by
// app_jsdt behind the production configuration, whose modules and settings stay; its routes are then not run.

var ALLOW = "Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, INFO, OPTIONS\r\n";

function refuse(code, reason) {
	if (!KSR.is_ACK()) KSR.sl.sl_send_reply(code, reason);
}

function reply_and_exit(code, reason) {
	KSR.tm.t_reply(code, reason);
	KSR.x.exit();
}

// kemi.pre_routing_callback: what event_route[core:pre-routing] is in kamailio.cfg.
function hand_over() {
	if (KSR.lync.media_worker() > 0) KSR.x.drop();
}

function ksr_request_route() {
	if (KSR.maxfwd.process_maxfwd(70) < 0) {
		KSR.sl.sl_send_reply(483, "Too Many Hops");
		return;
	}
	if (KSR.tmx.t_precheck_trans() > 0) {
		KSR.tm.t_check_trans();
		return;
	}
	if (KSR.is_CANCEL()) {
		if (KSR.tm.t_check_trans() > 0) KSR.tm.t_relay();
		return;
	}
	switch (KSR.lync.accept()) {
		case 1: return new_request();
		case 2: return in_dialog();
		case -1: return refuse(403, "Forbidden");
		case -2: return KSR.is_ACK() ? KSR.tm.t_check_trans() : refuse(481, "Call/Transaction Does Not Exist");
		case -5:
			KSR.tm.t_newtran();
			return KSR.tm.t_reply(491, "Request Pending");
		case -4: return refuse(416, "Unsupported URI Scheme");
		default: return refuse(400, "Bad Request");
	}
}

function new_request() {
	if (KSR.sanity.sanity_check(17383, 7) < 0) return;
	if (KSR.is_OPTIONS()) {
		KSR.sl.sl_send_reply(200, "OK");
	} else if (KSR.is_ACK()) {
		KSR.tm.t_check_trans();
	} else if (KSR.is_INVITE()) {
		KSR.tm.t_newtran();
		KSR.tm.t_reply(100, "Trying");
		if (KSR.lync.select() < 0) KSR.lync.refuse();
		else send_call();
	} else {
		KSR.textops.append_to_reply(ALLOW);
		KSR.sl.sl_send_reply(405, "Method Not Allowed");
	}
}

function send_call() {
	do {
		offer();
		KSR.tm.t_on_branch("write_branch");
		KSR.tm.t_on_reply("relay_reply");
		KSR.tm.t_on_failure("try_next");
		if (KSR.tm.t_relay() > 0) KSR.x.exit();
		KSR.warn("call " + KSR.pv.get("$ci") + ": nothing can be sent to " + KSR.pv.get("$du") + "\n");
	} while (KSR.lync.next() > 0);
	refuse_call();
}

function in_dialog() {
	if (KSR.sanity.sanity_check(96, 7) < 0) return;
	if (KSR.is_ACK()) {
		var bad = KSR.lync.media() < -1;
		if (KSR.lync.write() > 0) KSR.tm.t_relay();
		if (bad) KSR.lync.hangup();
		return;
	}
	KSR.tm.t_newtran();
	if (KSR.is_method("REFER") && refer_refused(KSR.lync.refer())) return;
	if (KSR.is_INFO() && digit_taken(KSR.lync.dtmf())) return;
	KSR.tm.t_on_reply("relay_reply");
	if (KSR.is_BYE()) {
		if (KSR.lync.write() < 0 || KSR.tm.t_relay() < 0) KSR.tm.t_reply(500, "Server Internal Error");
		KSR.lync.media_end();
		return;
	}
	if (KSR.is_INVITE() || KSR.is_UPDATE() || KSR.is_PRACK()) offer();
	if (KSR.lync.write() < 0 || KSR.tm.t_relay() < 0) KSR.tm.t_reply(500, "Server Internal Error");
}

function refer_refused(passes) {
	if (passes == 1) return false;
	if (passes == -1) {
		KSR.textops.append_to_reply(ALLOW);
		KSR.sl.sl_send_reply(405, "Method Not Allowed");
	} else if (passes == -2) {
		KSR.sl.sl_send_reply(501, "Not Implemented");
	} else {
		KSR.sl.sl_send_reply(400, "Bad Request");
	}
	return true;
}

function digit_taken(digit) {
	if (digit == -1) return false;
	if (digit == 1) KSR.tm.t_reply(200, "OK");
	else if (digit == -2) KSR.tm.t_reply(400, "Bad Request");
	else KSR.tm.t_reply(503, "Service Unavailable");
	return true;
}

function offer() {
	switch (KSR.lync.media()) {
		case -1:
			if (KSR.textops.has_body() < 0) return;
			KSR.textops.append_to_reply("Accept: application/sdp\r\n");
			return reply_and_exit(415, "Unsupported Media Type");
		case -2: return reply_and_exit(488, "Not Acceptable Here");
		case -3: return reply_and_exit(503, "Service Unavailable");
	}
}

function write_branch() {
	if (KSR.lync.write() < 0) KSR.x.drop();
	KSR.lync.progress();
}

function ksr_reply_route() {
	if (KSR.lync.readable() < 0) KSR.x.drop();
	if (KSR.tm.t_check_trans() < 0) stray_reply();
}

// What STRAY_REPLY is in kamailio.cfg: tm calls no function of a script for on_sl_reply.
function stray_reply() {
	if (KSR.pv.get("$rs") == 100 || KSR.lync.reply() < 0) return;
	KSR.lync.media();
	KSR.lync.forward();
	if (KSR.is_BYE()) KSR.lync.media_end();
}

function relay_reply() {
	if (KSR.tm.t_check_status("100") > 0) return;
	if (KSR.lync.reply() < 0) KSR.x.drop();
	KSR.lync.media();
	if (KSR.lync.write() < 0) KSR.x.drop();
}

function try_next() {
	var unable = KSR.tm.t_check_status("3[0-9][0-9]|408|477|5[0-9][0-9]") > 0;
	var going_on = KSR.tm.t_is_canceled() < 0;
	var emergency = KSR.pv.get("$lync(emergency)") !== null;
	if (going_on && KSR.tm.t_check_status("415|422") > 0 && KSR.lync.again() > 0) send_call();
	if (going_on && (unable || emergency) && KSR.lync.next() > 0) send_call();
	refuse_call();
}

function refuse_call() {
	KSR.lync.media_end();
	KSR.lync.refuse();
	KSR.x.exit();
}

// The name stands in kamailio.cfg: a reply without a transaction.
function STRAY_REPLY() {
	KSR.x.drop();
}

function on_event(name)
{
	KSR.notice("EVENT " + name + " " + KSR.pv.get("$lync(peer)") + " " + KSR.pv.get("$lync(state)") + " "
			+ KSR.pv.get("$lync(was)") + " " + KSR.pv.get("$lync(reason)") + "\n");
}
