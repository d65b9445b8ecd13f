"""
The DPV terms that records may use, written down by hand from the term lists.

Repository w3c/dpv. Each list names the file that the terms were read in:
``2.3/dpv/dpv.csv`` where the term was read in the whole list, else the module
(of 2.3 where that was at hand, else of 2.2).
"""

CLASSES = {
    "2.3/dpv/modules/consent_types.csv": {
        "ExpressedConsent",
        "ExplicitlyExpressedConsent",
    },
    "2.2/dpv/modules/consent_status.csv": {
        "ConsentExpired",
        "ConsentGiven",
        "ConsentRequested",
        "ConsentUnknown",
        "ConsentWithdrawn",
        "RenewedConsentGiven",
    },
    "2.2/dpv/modules/legal_basis.csv": {
        "Consent",
        "LegalBasis",
        "LegitimateInterestOfController",
    },
    "2.2/dpv/modules/legal_basis_status.csv": {
        "LegitimateInterestNotObjected",
        "LegitimateInterestObjected",
    },
    "2.3/dpv/dpv.csv": {
        "ConsentReceipt",
        "ConsentRecord",
    },
    "2.3/dpv/modules/notice.csv": {"ConsentNotice", "PrivacyNotice"},
    "2.3/dpv/modules/process.csv": {"Process", "Service"},
    "2.2/dpv/modules/purposes.csv": {
        "CustomerOrderManagement",
        "DirectMarketing",
        "IdentityAuthentication",
        "Purpose",
    },
    "2.2/dpv/modules/personal_data.csv": {"PersonalData"},
    "2.3/dpv/modules/processing.csv": {"Collect", "Store", "Use"},
    "2.2/dpv/modules/processing_context.csv": {
        "DataSource",
        "DataSubjectDataSource",
        "ProcessingLocation",
        "StorageDuration",
        "StorageLocation",
    },
    "2.3/dpv/modules/context.csv": {
        "Optional",
        "Required",
        "TemporalDuration",
        "UntilEventDuration",
        "UntilTimeDuration",
    },
    "2.2/dpv/modules/consent_controls.csv": {"WithdrawConsent"},
    "2.2/dpv/modules/rights.csv": {"DataSubjectRight"},
    "2.2/dpv/modules/entities.csv": {"LegalEntity"},
    "2.2/dpv/modules/entities_datasubject.csv": {"DataSubject"},
    "2.3/dpv/modules/entities_legalrole.csv": {
        "DataController",
        "DataProcessor",
        "Recipient",
        "ThirdParty",
    },
    "2.3/dpv/modules/entities_authority.csv": {
        "Authority",
        "DataProtectionAuthority",
    },
}
PROPERTIES = {
    "2.3/dpv/dpv.csv": {
        "hasAddress",
        "hasAuthority",
        "hasConsentControl",
        "hasConsentStatus",
        "hasContact",
        "hasDataController",
        "hasDataSource",
        "hasDataSubject",
        "hasDuration",
        "hasEntity",
        "hasIdentifier",
        "hasIndicationMethod",
        "hasJurisdiction",
        "hasLegalBasis",
        "hasLocation",
        "hasName",
        "hasNecessity",
        "hasNotice",
        "hasPersonalData",
        "hasProcess",
        "hasProcessing",
        "hasProcessingCondition",
        "hasPurpose",
        "hasRecipient",
        "hasRecordOfActivity",
        "hasRight",
        "hasService",
        "hasStorageCondition",
        "isExercisedAt",
        "isIndicatedAtTime",
        "isIndicatedBy",
    },
}
OTHERS = {
    "2.2/pd/modules/extended.csv": {"pd:TelephoneNumber"},
    "2.2/legal/eu/gdpr/modules/legal_basis.csv": {
        "eu-gdpr:A6-1-a",
        "eu-gdpr:A6-1-f-controller",
    },
    "2.2/legal/eu/gdpr/modules/rights.csv": {
        "eu-gdpr:A7-3",
        "eu-gdpr:A15",
        "eu-gdpr:A16",
        "eu-gdpr:A17",
        "eu-gdpr:A18",
        "eu-gdpr:A20",
        "eu-gdpr:A21",
        "eu-gdpr:A77",
    },
}
KNOWN = {
    f"dpv:{term}"
    for lists in (CLASSES, PROPERTIES)
    for terms in lists.values()
    for term in terms
} | {term for terms in OTHERS.values() for term in terms}
