"""The words in which rights are kept and uses forbidden, in the languages of the wires. All in small letters."""

from __future__ import annotations

import re

from checker.rights.nouns import Act

RESERVED = (
    "all rights reserved", "rights are reserved", "all rights res", "representation rights reserved",
    "database rights reserved", "copyrights reserved", "alle rechte vorbehalten", "alle rechte sind vorbehalten",
    "tous droits réservés", "tous droits reserves", "tous les droits réservés", "tous droits de reproduction",
    "todos los derechos reservados", "reservados todos los derechos", "derechos reservados",
    "tots els drets reservats",
    "todos os direitos reservados", "direitos reservados", "tutti i diritti riservati",
    "tutti i diritti sono riservati",
    "riproduzione riservata", "alle rechten voorbehouden", "auteursrechten voorbehouden",
    "databankrechten voorbehouden", "alle rettigheter forbeholdt", "alle rettigheter reservert",
    "alle rettigheder forbeholdes", "alle rettigheder forbeholdt", "med eneret", "alla rättigheter förbehållna",
    "alla rättigheter reserverade", "kaikki oikeudet pidätetään", "wszelkie prawa zastrzeżone",
    "všechna práva vyhrazena", "všetky práva vyhradené", "minden jog fenntartva", "toate drepturile rezervate",
    "sva prava pridržana", "vse pravice pridržane", "всички права запазени", "все права защищены",
    "все права сохранены",
    "всі права захищені", "усі права захищено", "tüm hakları saklıdır", "bütün hakları saklıdır",
    "όλα τα δικαιώματα", "παντός δικαιώματος", "hak cipta dilindungi", "hak cipta terpelihara", "版权所有", "版權所有",
    "著作権", "無断転載", "無断複写", "无断转载", "저작권자", "무단 전재", "무단전재",
    "جميع الحقوق محفوظة", "כל הזכויות שמורות",
    "सर्वाधिकार सुरक्षित",
)  # fmt: skip
"""Phrases that keep all rights; each is one in any text."""

FIXED = (
    "reproduction interdite", "nachdruck verboten", "nachdruck nur mit", "nutzung nur nach", "nutzung nur mit",
    "vervielfältigung verboten", "nicht zur veröffentlichung", "è vietata la riproduzione", "vietata la riproduzione",
    "riproduzione vietata", "prohibida la reproducción", "prohibida su reproducción", "prohibida la redistribución",
    "prohibida su redistribución", "prohibida la redifusión", "prohibida la difusión", "prohibida la distribución",
    "prohibida sin", "proibida a reprodução", "reprodução proibida", "overname verboden", "overname zonder",
    "перепечатка запрещена", "перепечатка без", "використання без", "不得转载", "不得轉載",
    "未经授权", "未經授權", "未经许可", "転載を禁", "転載禁", "재배포 금지", "재배포금지", "click for restrictions",
    "written agreement with", "no archival", "for editorial use only", "editorial use only",
    "information is not for publication", "for copyright information, check", "for copyright information, contact",
    "not permitting redistribution", "personal and non-commercial use only",
)  # fmt: skip
"""Phrases that forbid or limit uses; each is one in any text."""

PROHIBITION = (
    "may not be", "may not, be", "must not be", "mustn't be", "cannot be", "can not be", "can't be", "shall not be",
    "material may be", "content may be", "story may be", "report may be", "are not to be", "is not to be",
    "clients only", "prohibited", "forbidden", "not permitted",
    "darf nicht", "dürfen nicht", "darf ohne", "dürfen ohne",
    "ne peut être", "ne peuvent être", "ne peuvent etre", "ne doit pas être", "no puede ser", "no pueden ser",
    "no podrá ser", "no podrán ser", "non può essere", "non possono essere", "non potranno essere", "não pode ser",
    "não podem ser", "mag niet", "mogen niet", "kan ikke", "får inte", "må ikke",
)  # fmt: skip
"""Words that forbid; what they forbid must follow, or stand before them."""

_LETTER = r"(?<![^\W\d_])"
ACTS = {
    Act.PUBLISHED: re.compile(
        _LETTER + r"(?:(?:re-?)?publi|(?:ri)?pubbli|(?:wieder)?veröffentlich|publi[ck]|nachdruck|abgedruckt|опубл|публи"
        r"|gepubliceerd|yayınla)|전재|転載|转载|轉載"
    ),
    Act.BROADCAST: re.compile(
        _LETTER + r"(?:(?:re-?)?broadc|(?:re-?)?broad$|gesendet|ausgestrahlt|(?:re)?difusi|(?:re)?difund|(?:re)?diffus"
        r"|(?:video)?trasmess|retransmi|uitgezonden|kringkast|sänd)|放送|방송"
    ),
    Act.REWRITTEN: re.compile(
        _LETTER + r"(?:re-?writ|rewr|umgeschrieben|réécri|reécri|reescri|riscri|herschre|omskre|omarbe|переписан)"
    ),
    Act.REDISTRIBUTED: re.compile(
        _LETTER + r"(?:re-?dist|distribut(?:ed?|ion|ing)\b|distribu(?:i|é|ci|zi|ç)|disseminat|weiterverbr|weiterverteil"
        r"|weitergegeben|verbreitet|ridistri|verspreid|распростран)|재배포"
    ),
}
OTHER_ACTS = re.compile(
    _LETTER + r"(?:reprodu|copied|copying|stored|transmit|resold|reprint|retransm|reus|archiv|framed|framing|modif"
    r"|riprodott|vervielfältigt|kopiert|commercializ|verveelvoudig|cop(?:ié|ia))"
)
SUBJECT = re.compile(
    r"\b(?:this|these|the|all|any|no|its|our|dieser?|dieses|ce|cet|cette|este|esta|questo|questa|deze|dit)\b"
    r"(?: [^\s.]{1,20}){0,6}? (?:materials?|contents?|stor(?:y|ies)|articles?|reports?|works?|texts?|copy|service"
    r"|publication|feed|transcripts?|inhalte?|beitr(?:ag|äge)|artikels?|meldung|texte?|contenus?|contenidos?|artículos?|testi"
    r"|contenut[oi]|articol[oi]|tekst|inhoud)\b"
)
"""What is forbidden to be used, in a notice."""
PERMISSION = re.compile(
    r"\b(?:without|ohne|sans|sin|senza|zonder|uten|utan|except with|nur mit|nur nach)\b.{0,80}?"
    r"(?:permission|consent|authori[sz]ation|agreement|approval|licen[cs]e|erlaubnis|genehmigung|zustimmung"
    r"|vereinbarung|autorisation|accord|consentimiento|autorización|consenso|autorizzazione|toestemming|tillatelse"
    r"|tillstånd)"
)
GIVER = re.compile(
    r"(?:permission|consent|authori[sz]ation|agreement|consentimiento|vereinbarung|genehmigung|zustimmung)"
    r" (?:of|from|by|with|de|mit|von|der)(?: la| the)? "
)
"""Whose permission it takes follows."""
COPYRIGHTED = re.compile(r"\b(?:is|are) (?:subject to |protected by )?copyright")
