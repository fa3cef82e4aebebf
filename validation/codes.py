"""The fault codes: name, Danish and English text with what to do (partners/codes.md). A code never changes meaning."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One code. Blanks as `{form}` are filled with words of the contract or counts, never with a value."""

    code: str
    name: str
    da: str
    en: str


_LIST = (
    Code("F01", "EMPTY", "Filen er tom. Send den igen med indhold.", "The file is empty. Send it again with content."),
    Code(
        "F02",
        "NOT_THIS_FORMAT",
        "Filen er ikke i det aftalte format (fundet: {found}). Gem den som {expected}.",
        "The file is not in the agreed format (found: {found}). Save it as {expected}.",
    ),
    Code(
        "F03",
        "ENCODING",
        "Filen er ikke {encoding}: linje {line}, byte {byte}. Gem den i den aftalte tegnkodning.",
        "The file is not {encoding}: line {line}, byte {byte}. Save it in the agreed encoding.",
    ),
    Code(
        "F04",
        "HEADER",
        "Kolonneoverskrifterne passer ikke: {detail}. Brug aftalens overskrifter.",
        "The header does not fit: {detail}. Use the header of the agreement.",
    ),
    Code(
        "F05",
        "STRUCTURE",
        "Filens opbygning er brudt ved linje {line}. Dan filen igen.",
        "The structure of the file breaks at line {line}. Produce the file again.",
    ),
    Code(
        "F06",
        "NOT_WHOLE",
        "Filen er ikke hel: slutlinjen siger {expected} rækker, der er {found}. Send hele filen igen.",
        "The file is not whole: the last line says {expected} rows, there are {found}. Send the whole file again.",
    ),
    Code(
        "F07",
        "NAME",
        "Filnavnet passer ikke til aftalen eller indholdet: {detail}. Ret navnet, og send filen igen.",
        "The file name does not fit the agreement or the content: {detail}. Correct it and send the file again.",
    ),
    Code(
        "F08",
        "TOO_LARGE",
        "Filen er større end aftalt ({limit}). Del den, eller kontakt os.",
        "The file is larger than agreed ({limit}). Split it, or contact us.",
    ),
    Code(
        "F09",
        "PERIOD",
        "Perioden kan ikke passe: {detail}. Ret den, og send filen igen.",
        "The period cannot be right: {detail}. Correct it and send the file again.",
    ),
    Code(
        "F10",
        "TOO_MANY_FAULTS",
        "{share} % af rækkerne har fejl; filen er ikke læst ind. Ret fejlene, og send filen igen.",
        "{share} % of the rows have faults; nothing of the file was read in. Correct them and send the file again.",
    ),
    Code(
        "F11",
        "UNSAFE",
        "Filen indeholder noget, vi ikke modtager: {detail}.",
        "The file holds something we do not accept: {detail}.",
    ),
    Code(
        "F12",
        "SEQUENCE",
        "Løbenummer {found} passer ikke; det seneste var {last}. Send den, der mangler, eller ret nummeret.",
        "Sequence number {found} does not fit; the last was {last}. Send the one that is due or correct the number.",
    ),
    Code(
        "H01",
        "VOLUME",
        "Antallet af rækker afviger meget fra de seneste leverancer. Vi ser på det; send en ny, hvis filen er forkert.",
        "The number of rows is far from that of the last deliveries. We look at it; send a new one if it is wrong.",
    ),
    Code(
        "H02",
        "MASS_CLOSING",
        "Leverancen ville afslutte usædvanligt mange oplysninger. Vi ser på det; kontakt os, hvis der mangler rækker.",
        "The delivery would close unusually many statements. We look at it; contact us if rows are missing.",
    ),
    Code(
        "H03",
        "GAP",
        "Der mangler et løbenummer før denne leverance. Send den leverance, der mangler.",
        "A sequence number is missing before this delivery. Send the missing delivery.",
    ),
    Code(
        "H04",
        "OTHER_ADDRESSEE",
        "Leverancen er adresseret til en anden modtager og er ikke læst. Kontakt os straks.",
        "The delivery is addressed to somebody else and was not read. Contact us at once.",
    ),
    Code(
        "H05",
        "EMPTY_TOTAL",
        "En samlet opgørelse uden rækker. Vi ser på det; send en ny, hvis den er forkert.",
        "A total without rows. We look at it; send a new one if it is wrong.",
    ),
    Code(
        "H06",
        "OUR_FAULT",
        "Vores egen kontrol kunne ikke gennemføres. Du skal ikke gøre noget.",
        "Our own check could not be carried out. You need do nothing.",
    ),
    Code(
        "H07",
        "SUSPECT_TEXT",
        "Mange rækker har tekst, der ser ud til at være omsat to gange. Kontrollér filens tegnkodning.",
        "Many rows have text that was probably decoded twice. Check the encoding of the file.",
    ),
    Code(
        "R01",
        "FIELDS",
        "Rækken har {found} {unit}; der skal være {expected}.",
        "The row has {found} {unit}; there must be {expected}.",
    ),
    Code("R02", "REQUIRED", "Feltet skal udfyldes.", "The field must be filled in."),
    Code(
        "R03",
        "PERSON_NUMBER",
        "Personnummeret har ikke en gyldig form.{hint}",
        "The person number has no valid form.{hint}",
    ),
    Code(
        "R04",
        "REPLACEMENT_NUMBER",
        "Det er et erstatningsnummer; send det rigtige personnummer.",
        "This is a replacement number; send the real person number.",
    ),
    Code(
        "R05",
        "NOT_SYNTHETIC",
        "Dette er et testmiljø: kun opdigtede personnumre (dag + 60).",
        "This is a test environment: invented person numbers only (day + 60).",
    ),
    Code(
        "R06",
        "DATE",
        "Datoen har ikke formen {form} eller findes ikke.",
        "Not a date of the form {form}, or no such day.",
    ),
    Code("R07", "DATE_ORDER", "Slutdatoen ligger før startdatoen.", "The last day lies before the first day."),
    Code("R08", "NUMBER", "Tallet har ikke formen {form}.", "The number does not have the form {form}."),
    Code(
        "R09",
        "CODE",
        "Koden findes ikke i listen {list} på den dato.",
        "The code is not in the list {list} on that date.",
    ),
    Code(
        "R10",
        "TEXT",
        "Feltet indeholder ugyldige tegn eller er for langt.",
        "The field holds characters that are not allowed, or is too long.",
    ),
    Code(
        "R11",
        "CONFLICT",
        "Samme nøgle findes med andet indhold{other}. Send den rigtige række igen.",
        "The same key is known with other content{other}. Send the right row again.",
    ),
    Code("R12", "RANGE", "Værdien ligger uden for det aftalte.", "The value lies outside what is agreed."),
    Code(
        "R13",
        "OVERLAP",
        "Perioden overlapper{other} med andet indhold. Ret den ene.",
        "The period overlaps{other} with other content. Correct one of them.",
    ),
    Code(
        "R14",
        "LOCAL_TIME",
        "Tidspunktet er ikke entydigt; angiv tidszone.",
        "The local time is not unambiguous; give the offset.",
    ),
    Code(
        "R15",
        "UNKNOWN_REFERENCE",
        "Rækken retter noget, vi ikke har modtaget. Send det, den retter.",
        "The row corrects something we have not received. Send what it corrects.",
    ),
    Code(
        "R16",
        "OTHER_ADDRESSEE",
        "Rækken vedrører en anden modtager. Fjern den, og send den til rette modtager.",
        "The row concerns another addressee. Remove it and send it to the right one.",
    ),
    Code(
        "N01",
        "REPEATED_ROW",
        "Rækken findes allerede i leverancen og tæller én gang.",
        "The row is in the delivery already and counts once.",
    ),
    Code(
        "N02",
        "PERSON_NUMBER_CLEANED",
        "Bindestreg, mellemrum eller apostrof er fjernet fra personnummeret.",
        "A hyphen, space or apostrophe was removed from the person number.",
    ),
    Code(
        "N03",
        "SUSPECT_TEXT",
        "Teksten ser ud til at være omsat to gange. Kontrollér tegnkodningen.",
        "The text was probably decoded twice. Check the encoding.",
    ),
    Code(
        "N04",
        "EXTRA_COLUMN",
        "Leverancen har noget, aftalen ikke kender; det gemmes ikke.",
        "The delivery holds something the agreement does not know; it is not stored.",
    ),
    Code(
        "N05",
        "BYTE_ORDER_MARK",
        "Filen begynder med et byte order mark, som aftalen ikke nævner.",
        "The file begins with a byte order mark that the agreement does not speak of.",
    ),
    Code(
        "N06",
        "MERGED",
        "Perioder med samme indhold er læst som én.",
        "Periods with the same content were read as one.",
    ),
)
CODES: Mapping[str, Code] = {each.code: each for each in _LIST}
