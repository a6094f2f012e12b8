INSERT INTO ledger.account VALUES
(1,'ALBA','1502001','VAT on purchases',NULL,'other',NULL,true),
(1,'ALBA','1801001','Banca Collina',NULL,'bank',NULL,true),
(1,'ALBA','4000001','Acciai Montevuoto',NULL,'supplier','S001',true),
(1,'ALBA','7101001','Purchases',NULL,'other',NULL,true),
(1,'ALBA','7509001','Allowances and rounding',NULL,'other',NULL,true),
(1,'ALBA','1500001','Account 1500001',NULL,'customer','C001',true),
(1,'ALBA','7501001','Account 7501001',NULL,'other',NULL,true),
(1,'ALBA','7001001','Account 7001001',NULL,'other',NULL,true),
(1,'ALBA','4502001','Account 4502001',NULL,'other',NULL,true);
INSERT INTO ledger.accounting_period VALUES
(1,'ALBA','2026-09','2026-09-01','2026-09-30','closed'),
(1,'ALBA','2026-10','2026-10-01','2026-10-31','open'),
(1,'ALBA','2026-11','2026-11-01','2026-11-30','open');
INSERT INTO ledger.accounting_reason VALUES
(1,NULL,'FTAC','Purchase invoice'),
(1,NULL,'PFOR','Supplier payment'),
(1,NULL,'ICLI','Reason ICLI'),
(1,NULL,'FTVE','Reason FTVE');
INSERT INTO ledger.audit_record VALUES
(1,'2026-11-30 08:22:05.697534','import','import 1/1: RITCOGE_1@58779c03e62f.txt','partita',NULL,'test',1,NULL,'{"content_sha256":"58779c03e62f341d0bd35f417842bcd7210997b6958991c5736a2cb28a0b910d","credit_total":"125.0000","debit_total":"125.0000","linked_posting_count":2,"posted_movement_count":3,"posting_count":6,"status":"posted","unlinked_posting_count":1}','0000000000000000000000000000000000000000000000000000000000000000','692b92387eeb8bfc86b5180f5fc5181f4fa3444a9a1658ba94ff084978037368'),
(2,'2026-11-30 08:22:05.854858','import','import 2/1: RITCOGE_2@e9df532d1640.txt','partita',NULL,'test',1,NULL,'{"content_sha256":"e9df532d164080e3ed9afae61e1de2a58738ba39975507969803e8009d04854c","credit_total":"5.0000","debit_total":"5.0000","linked_posting_count":0,"posted_movement_count":1,"posting_count":2,"status":"incomplete","unlinked_posting_count":1}','692b92387eeb8bfc86b5180f5fc5181f4fa3444a9a1658ba94ff084978037368','dcf64cb92d2b6e0543ef8eac16bb5c99c5e6112dcac9adab3ef593625741b8c2'),
(3,'2026-10-20 08:00:00','register','delivery d1','partita',NULL,'test',1,'{"decided_count":0,"document_count":0,"file_count":0,"open_file_count":0,"registered_count":0,"repeated_count":0,"waiting_count":0}','{"decided_count":0,"document_count":2,"file_count":2,"open_file_count":1,"registered_count":1,"repeated_count":0,"waiting_count":1}','dcf64cb92d2b6e0543ef8eac16bb5c99c5e6112dcac9adab3ef593625741b8c2','5e8a7d71ee8c17a919a98588ddd5ae1642e22839f95fb1b927052f92b13545cd'),
(4,'2026-10-30 12:00:00','settle','C1: ALBA:FV-3','anna','as agreed','run settle',1,'{"items":[{"item":"ALBA:FV-3","residual_amount":"70.0000","status":"open"}]}','{"entries":1,"imports":[],"items":[{"item":"ALBA:FV-3","residual_amount":"0.0000","status":"closed"}],"postings":[{"account_code":"1500001","company_code":"ALBA","company_currency_code":"EUR","credit_amount":"70.0000","debit_amount":"0.0000","description":null,"entry_id":6,"line_number":1,"open_item_key":"FV-3","posting_date":"2026-10-20"},{"account_code":"1801001","company_code":"ALBA","company_currency_code":"EUR","credit_amount":"0.0000","debit_amount":"70.0000","description":null,"entry_id":6,"line_number":2,"open_item_key":null,"posting_date":"2026-10-20"}]}','5e8a7d71ee8c17a919a98588ddd5ae1642e22839f95fb1b927052f92b13545cd','158c67dcf623c4d645c2d78f8ad5e92280adb4d3503422aa4315dd74f069a3e3'),
(5,'2026-10-30 12:00:00','undo','C2: C1','anna','as agreed','run undo',1,'{"items":[{"item":"ALBA:FV-3","residual_amount":"0.0000","status":"closed"}]}','{"entries":1,"imports":[],"items":[{"item":"ALBA:FV-3","residual_amount":"70.0000","status":"open"}],"postings":[{"account_code":"1500001","company_code":"ALBA","company_currency_code":"EUR","credit_amount":"0.0000","debit_amount":"70.0000","description":null,"entry_id":7,"line_number":1,"open_item_key":"FV-3","posting_date":"2026-10-20"},{"account_code":"1801001","company_code":"ALBA","company_currency_code":"EUR","credit_amount":"70.0000","debit_amount":"0.0000","description":null,"entry_id":7,"line_number":2,"open_item_key":null,"posting_date":"2026-10-20"}]}','158c67dcf623c4d645c2d78f8ad5e92280adb4d3503422aa4315dd74f069a3e3','d5e5dbf1c1f50b988e57c14f56a2b034f5c718a7513a4cc36c9993fd5cfc1b75'),
(6,'2026-10-30 12:00:00','link','C3: 3/2; ALBA:FV-3','anna','as agreed','run link',1,'{"items":[{"item":"ALBA:FV-3","residual_amount":"70.0000","status":"open"}]}','{"entries":0,"imports":[],"items":[{"item":"ALBA:FV-3","residual_amount":"45.0000","status":"open"}],"postings":[]}','d5e5dbf1c1f50b988e57c14f56a2b034f5c718a7513a4cc36c9993fd5cfc1b75','b5642585c2f39d9c4b9913b94b3fe147e8d7a9ce52e949aceec97ef708c031fb'),
(7,'2026-11-30 08:22:07.189570','import','import 5/1: fatture@s91165a5aec1b.csv','partita',NULL,'test',1,NULL,'{"content_sha256":"91165a5aec1b748d0dda6c5a9b3ca8bc6884944ca04c4d756cc5188d6c52c541","credit_total":"122.0000","debit_total":"122.0000","linked_posting_count":1,"posted_movement_count":1,"posting_count":3,"status":"incomplete","unlinked_posting_count":0}','b5642585c2f39d9c4b9913b94b3fe147e8d7a9ce52e949aceec97ef708c031fb','aa35bc164a654c29697fdc39e3fba2f27020ddee2f0a3020023e64374713a253');
INSERT INTO ledger.automatic_registration VALUES
('ALBA',true,'2026-10-01 08:00:00','anna');
INSERT INTO ledger.company VALUES
(1,'ALBA','Company ALBA','EUR','IT','09990019995','09990019995');
INSERT INTO ledger.correction VALUES
(1,'settle','ALBA:FV-3','{"account": "1801001", "date": "2026-10-20", "items": ["ALBA:FV-3"]}','anna','as agreed','run settle','2026-10-30 12:00:00',NULL,NULL,2),
(2,'undo','C1','{"correction": 1}','anna','as agreed','run undo','2026-10-30 12:00:00',NULL,1,NULL),
(3,'link','3/2; ALBA:FV-3','{"items": ["ALBA:FV-3"], "payment": "3/2"}','anna','as agreed','run link','2026-10-30 12:00:00',NULL,NULL,NULL);
INSERT INTO ledger.correction_effect VALUES
(1,'entry_made',6,NULL),
(1,'settlement_made',5,NULL),
(2,'entry_reversed',6,7),
(2,'entry_made',7,NULL),
(2,'settlement_undone',5,7),
(3,'settlement_made',6,NULL);
INSERT INTO ledger.counterparty VALUES
(1,'S001','Acciai Montevuoto S.p.A.','supplier','IT','09990149990','09990149990',NULL),
(1,'C001','Counterparty C001','customer','IT','09990049992','09990049992',NULL);
INSERT INTO ledger.delivered_file VALUES
(1,3,'d1-1@4e8ca37dad0d.xml',NULL),
(1,4,'d1-2@fa29d44cec5c.xml',NULL);
INSERT INTO ledger.delivery VALUES
(1,'d1','files','open','2026-10-20 08:00:00','2026-10-20 08:00:00','test');
INSERT INTO ledger.document VALUES
(1,3,1,'registered','ALBA','S001','ALBA|IT|09990149990|1/A|2026|I','3c676398e7cc7f9cece53542d30458338921cb2a4d9ccc6472fa29699a55d61c','FPA12','TD01',false,'1/A','2026-10-15','2026-10-20 08:00:00','EUR','IT','09990149990','09990149990','Acciai Montevuoto S.p.A.','','09990019995',NULL,'Company ALBA',122,122,'base and VAT',NULL,'2026-10-20 08:00:00','partita','automatic'),
(2,4,1,'to_register','ALBA','S001','ALBA|IT|09990149990|2/A|2026|I','409fc3782ac68b6cf917d522d37e5b95aeab73f3b91e6f50db0c900e92608438','FPA12','TD01',false,'2/A','2026-10-15','2026-10-20 08:00:00','EUR','IT','09990149990','09990149990','Acciai Montevuoto S.p.A.','','09990019995',NULL,'Company ALBA',10.4,10.4,'base and VAT','R07',NULL,NULL,NULL);
INSERT INTO ledger.dropped_file VALUES
('d1-1@4e8ca37dad0d.xml',1,'d1-1.xml','4e8ca37dad0d94c8f74bd99b47a1738f7ab4e62c4a9e2d232212466970c64396',876),
('d1-2@fa29d44cec5c.xml',1,'d1-2.xml','fa29d44cec5c7f8125cd1a8e609e9662f8b8f97145ea354ab1fce4477573cafb',872);
INSERT INTO ledger.exported_item VALUES
('ALBA','FV-1','1500001','debit','EUR',40),
('ALBA','FV-3','1500001','debit','EUR',45),
('ALBA','FA2026-20EE7012DDA3-01','4000001','credit','EUR',122);
INSERT INTO ledger.file_import VALUES
(1,'trace','RITCOGE_1@58779c03e62f.txt','RITCOGE_1.txt','58779c03e62f341d0bd35f417842bcd7210997b6958991c5736a2cb28a0b910d',6126,'text','posted',1,1,'test','2026-11-30 08:22:05.697534',6,3,3,0,6,3,0,0,1,125,125,NULL,NULL,NULL,NULL,NULL),
(2,'trace','RITCOGE_2@e9df532d1640.txt','RITCOGE_2.txt','e9df532d164080e3ed9afae61e1de2a58738ba39975507969803e8009d04854c',4084,'text','incomplete',1,1,'test','2026-11-30 08:22:05.854858',4,2,1,0,2,0,1,1,0,5,5,NULL,NULL,NULL,NULL,NULL),
(3,'invoice','d1-1@4e8ca37dad0d.xml','d1-1.xml','4e8ca37dad0d94c8f74bd99b47a1738f7ab4e62c4a9e2d232212466970c64396',876,'fatturapa','posted',1,1,'test','2026-10-20 08:00:00',1,1,1,0,3,1,0,0,0,122,122,NULL,NULL,NULL,NULL,NULL),
(4,'invoice','d1-2@fa29d44cec5c.xml','d1-2.xml','fa29d44cec5c7f8125cd1a8e609e9662f8b8f97145ea354ab1fce4477573cafb',872,'fatturapa','failed',1,1,'test','2026-10-20 08:00:00',1,1,0,0,0,0,0,1,0,0,0,NULL,NULL,NULL,NULL,NULL),
(5,'sales','fatture@s91165a5aec1b.csv','fatture.csv','91165a5aec1b748d0dda6c5a9b3ca8bc6884944ca04c4d756cc5188d6c52c541',467,'csv','incomplete',1,1,'test','2026-11-30 08:22:07.189570',2,2,1,0,3,1,0,1,0,122,122,NULL,NULL,NULL,NULL,NULL);
INSERT INTO ledger.finding VALUES
(1,1,1,'RITCOGE_1.txt',6,5313,5339,'open_item_key','open_item_not_found','WARN','GONE','the key of an open item of the company','The payment is posted but not linked. Look at the candidates and link it to the right item.','ALBA','000003','ALBA|TES|2026|3','2026-11-30 08:22:05.697534',NULL,NULL,NULL,NULL),
(2,1,1,'RITCOGE_2.txt',4,3243,3259,'account','unknown_account','ERROR','1599999','an account of the company in chart_of_accounts.csv','Add the account to chart_of_accounts.csv or correct it in the treasury program; then rerun the file.','ALBA','000002','ALBA|TES|2026|12','2026-11-30 08:22:05.854858',NULL,NULL,NULL,NULL),
(4,1,1,'d1-2.xml',1,NULL,NULL,'vat_summary.vat_rate','R07','ERROR','4 %','a VAT code with this rate and nature','Add the VAT code to vat_codes.csv, then rerun.','ALBA',NULL,'2','2026-10-20 08:00:00',NULL,NULL,NULL,NULL),
(5,1,1,'fatture.csv',3,397,466,'description','sales_rule_missing','ERROR','Saws','a rule of sales_rules.csv that fits the line','Add a rule to sales_rules.csv or name account_code and vat_code in the file and rerun.','ALBA','2','FV2026F5C1EAC42B07','2026-11-30 08:22:07.189570',NULL,NULL,NULL,NULL);
INSERT INTO ledger.import_attempt VALUES
(1,1,'test',1,'2026-11-30 08:22:05.697534','posted',3,0,1),
(2,1,'test',1,'2026-11-30 08:22:05.854858','incomplete',1,1,0),
(3,1,'test',1,'2026-10-20 08:00:00','posted',1,0,0),
(4,1,'test',1,'2026-10-20 08:00:00','failed',0,1,0),
(5,1,'test',1,'2026-11-30 08:22:07.189570','incomplete',1,1,0);
INSERT INTO ledger.imported_movement VALUES
('ALBA|TES|2026|1|2026-10-01|60.00|1801001',1,1),
('ALBA|TES|2026|2|2026-10-01|40.00|1801001',2,1),
('ALBA|TES|2026|3|2026-10-01|25.00|1801001',3,1),
('ALBA|TES|2026|11|2026-10-01|5.00|1801001',4,2);
INSERT INTO ledger.invoice_rule VALUES
(1,'STEEL',NULL,'S001',NULL,NULL,'7101001','22');
INSERT INTO ledger.journal_entry VALUES
(1,1,1,'trace','ALBA','2026-10-01','ICLI','000001','ALBA|TES|2026|1|2026-10-01|60.00|1801001',1,NULL,'2026-11-30 08:22:05.697534'),
(2,1,1,'trace','ALBA','2026-10-01','ICLI','000002','ALBA|TES|2026|2|2026-10-01|40.00|1801001',3,NULL,'2026-11-30 08:22:05.697534'),
(3,1,1,'trace','ALBA','2026-10-01','ICLI','000003','ALBA|TES|2026|3|2026-10-01|25.00|1801001',5,NULL,'2026-11-30 08:22:05.697534'),
(4,2,1,'trace','ALBA','2026-10-01','ICLI','000001','ALBA|TES|2026|11|2026-10-01|5.00|1801001',1,NULL,'2026-11-30 08:22:05.854858'),
(5,3,1,'invoice','ALBA','2026-10-20','FTAC',NULL,'ALBA|IT|09990149990|1/A|2026|I',1,NULL,'2026-10-20 08:00:00'),
(6,NULL,NULL,'manual','ALBA','2026-10-20','FTAC',NULL,NULL,NULL,NULL,'2026-10-30 12:00:00'),
(7,NULL,NULL,'reversal','ALBA','2026-10-20','FTAC',NULL,NULL,NULL,6,'2026-10-30 12:00:00'),
(8,5,1,'sales','ALBA','2026-10-05','FTVE',NULL,'ALBA|I|1|2026',2,NULL,'2026-11-30 08:22:07.189570');
INSERT INTO ledger.match_candidate VALUES
(3,2,2,3,35,'amount differs by 45.00; no due date; same account'),
(3,2,1,1,35,'amount differs by 15.00; no due date; same account'),
(4,2,1,1,35,'amount differs by 35.00; no due date; same account'),
(4,2,2,3,35,'amount differs by 65.00; no due date; same account');
INSERT INTO ledger.open_item VALUES
(1,'ALBA','1500001','FV-1','debit',NULL,NULL,NULL,'EUR',100,100,60,60,'open',NULL,'opening',NULL,'2026-11-30 08:22:04.954485'),
(2,'ALBA','1500001','FV-2','debit',NULL,NULL,NULL,'EUR',40,40,40,40,'closed',NULL,'opening',NULL,'2026-11-30 08:22:04.954485'),
(3,'ALBA','1500001','FV-3','debit',NULL,NULL,NULL,'EUR',70,70,25,25,'open',NULL,'opening',NULL,'2026-11-30 08:22:04.954485'),
(4,'ALBA','4000001','FA2026-20EE7012DDA3-01','credit','1/A','2026-10-15','2026-11-14','EUR',122,122,0,0,'open','Invoice 1/A Acciai Montevuoto S.p.A.','invoice',5,'2026-10-20 08:00:00'),
(5,'ALBA','1500001','FV2026E55FD9E6AA48-01','debit','1','2026-10-05','2026-10-05','EUR',122,122,0,0,'open','Invoice 1 Counterparty C001','sales',8,'2026-11-30 08:22:07.189570');
INSERT INTO ledger.posting VALUES
(1,1,1,1,0,1019,'ALBA','1801001','2026-10-01','ICLI','EUR',60,0,'EUR',60,NULL,NULL,NULL,false,0,NULL),
(1,2,1,2,1021,2040,'ALBA','1500001','2026-10-01','ICLI','EUR',0,60,'EUR',-60,NULL,'FV-1','A',true,60,NULL),
(2,1,1,3,2042,3061,'ALBA','1801001','2026-10-01','ICLI','EUR',40,0,'EUR',40,NULL,NULL,NULL,false,0,NULL),
(2,2,1,4,3063,4082,'ALBA','1500001','2026-10-01','ICLI','EUR',0,40,'EUR',-40,NULL,'FV-2','S',true,40,NULL),
(3,1,1,5,4084,5103,'ALBA','1801001','2026-10-01','ICLI','EUR',25,0,'EUR',25,NULL,NULL,NULL,false,0,NULL),
(3,2,1,6,5105,6124,'ALBA','1500001','2026-10-01','ICLI','EUR',0,25,'EUR',-25,NULL,'GONE','S',true,25,NULL),
(4,1,2,1,0,1019,'ALBA','1801001','2026-10-01','ICLI','EUR',5,0,'EUR',5,NULL,NULL,NULL,false,0,NULL),
(4,2,2,2,1021,2040,'ALBA','1500001','2026-10-01','ICLI','EUR',0,5,'EUR',-5,NULL,NULL,'S',false,0,'no_open_item_key'),
(5,1,3,1,NULL,NULL,'ALBA','7101001','2026-10-20','FTAC','EUR',100,0,'EUR',100,'Invoice 1/A of 2026-10-15 Acciai Montevuoto S.p.A.',NULL,NULL,false,0,NULL),
(5,2,3,1,NULL,NULL,'ALBA','1502001','2026-10-20','FTAC','EUR',22,0,'EUR',22,'Invoice 1/A of 2026-10-15 Acciai Montevuoto S.p.A. - VAT 22',NULL,NULL,false,0,NULL),
(5,3,3,1,NULL,NULL,'ALBA','4000001','2026-10-20','FTAC','EUR',0,122,'EUR',-122,'Invoice 1/A of 2026-10-15 Acciai Montevuoto S.p.A.','FA2026-20EE7012DDA3-01',NULL,true,0,NULL),
(6,1,NULL,NULL,NULL,NULL,'ALBA','1500001','2026-10-20','FTAC','EUR',0,70,'EUR',-70,NULL,'FV-3',NULL,false,0,NULL),
(6,2,NULL,NULL,NULL,NULL,'ALBA','1801001','2026-10-20','FTAC','EUR',70,0,'EUR',70,NULL,NULL,NULL,false,0,NULL),
(7,1,NULL,NULL,NULL,NULL,'ALBA','1500001','2026-10-20','FTAC','EUR',70,0,'EUR',70,NULL,'FV-3',NULL,false,0,NULL),
(7,2,NULL,NULL,NULL,NULL,'ALBA','1801001','2026-10-20','FTAC','EUR',0,70,'EUR',-70,NULL,NULL,NULL,false,0,NULL),
(8,1,5,2,327,396,'ALBA','1500001','2026-10-05','FTVE','EUR',122,0,'EUR',122,'Invoice 1 of 2026-10-05 Counterparty C001','FV2026E55FD9E6AA48-01',NULL,true,0,NULL),
(8,2,5,2,327,396,'ALBA','7001001','2026-10-05','FTVE','EUR',0,100,'EUR',-100,'Invoice 1 of 2026-10-05 Counterparty C001',NULL,NULL,false,0,NULL),
(8,3,5,2,327,396,'ALBA','4502001','2026-10-05','FTVE','EUR',0,22,'EUR',-22,'Invoice 1 of 2026-10-05 Counterparty C001 - VAT',NULL,NULL,false,0,NULL);
INSERT INTO ledger.reference_file VALUES
('companies.csv',1,'4b24749a0f70cad0941bbb38a97fc010dcbbc9dd52d5edfbed58df8a5d92d03e',1,'2026-11-30 08:22:04.954485'),
('chart_of_accounts.csv',1,'08c5e24fedb4b63bbfb1b08c8af3e3f6353154da25ea0af6279e6258dec6d2e9',9,'2026-11-30 08:22:04.954485'),
('accounting_reasons.csv',1,'3e71cd5684cd5a52f95442d5d27bb3dfef99bde2a3fa8169337959cd557f088c',4,'2026-11-30 08:22:04.954485'),
('reason_descriptions.csv',1,'c07ad16ba055d79db6e3e6b09ee5cd32ca9a00895cbd1c51b3994d9dd0ff27f6',0,'2026-11-30 08:22:04.954485'),
('counterparties.csv',1,'c95fbb722dde2bf9ce4405ce9c5344bba536251a313b8df0bca09b78893ef583',2,'2026-11-30 08:22:04.954485'),
('accounting_periods.csv',1,'878c935da0c71a4916501e77dd453b8c52ca298058ade181ba48cb61ba94c090',3,'2026-11-30 08:22:04.954485'),
('opening_open_items.csv',1,'487f9840a02967b452ee3a83c5f288b4dcb2f8e6f0b35c23569e797f6324c47e',3,'2026-11-30 08:22:04.954485'),
('settings.csv',1,'5bf0f76746fb03097347a157cbee11289aafa991af920d68f361faed08e550be',1,'2026-11-30 08:22:04.954485'),
('sales_rules.csv',1,'e81392263dd2dc93b2e78afa0c6c8025c764f496188c4ee9c22acca2fffae72b',1,'2026-11-30 08:22:04.954485'),
('vat_codes.csv',1,'3ab5e17707a38c48c2c16e6ae24aa203e6915065893baa8e9d2c2b8c406ddbaa',1,'2026-11-30 08:22:04.954485'),
('invoice_rules.csv',1,'86fdfc1f76a56fd9ae65d25ee46ca62760e175ae9d98a07cd608688c392a3199',1,'2026-11-30 08:22:04.954485');
INSERT INTO ledger.registration VALUES
(1,'ALBA|IT|09990149990|1/A|2026|I',1,5,'ALBA','S001','4000001','2026-10-20','automatic','Company by VAT number. Supplier by VAT number and tax code. Account 7101001 by rule STEEL, VAT code 22. Total: base and VAT. Lines: lines. Instalments: no payments: due by the terms',1,'test',NULL,NULL,'2026-10-20 08:00:00',NULL);
INSERT INTO ledger.registration_part VALUES
(1,1,22,NULL,'7101001','22','rule','STEEL',100,22,22,0);
INSERT INTO ledger.reversed_entry VALUES
(6,7);
INSERT INTO ledger.sales_invoice VALUES
(1,'FV2026E55FD9E6AA48',5,1,'ALBA',false,'1','2026-10-05','2026-10-05','EUR','booked','sent','C001','1500001','Counterparty C001','IT','09990049992','09990049992',NULL,NULL,NULL,100,22,122,'lines and VAT','2026-10-05 122.00','81e638098da9685cf5cdf9142dac756c702f93ff0835b2b0005bc8abc7874251',8,'2026-11-30 08:22:07.189570','2026-11-30 08:22:07.189570',NULL,NULL,NULL,NULL);
INSERT INTO ledger.sales_line VALUES
(1,1,'Saws',100,22,NULL,'7001001','22','SALES-22');
INSERT INTO ledger.sales_rule VALUES
(1,'SALES-22',NULL,NULL,NULL,22,NULL,'7001001','22','4502001');
INSERT INTO ledger.setting VALUES
(1,NULL,'rounding_account','7509001');
INSERT INTO ledger.settlement VALUES
(2,1,1,2,1,'2026-10-01','A',60,60,'company and open_item_key','2026-11-30 08:22:05.697534',NULL,NULL),
(4,2,2,2,1,'2026-10-01','S',40,40,'company and open_item_key','2026-11-30 08:22:05.697534',NULL,NULL),
(5,3,6,1,NULL,'2026-10-20',NULL,70,70,'by hand','2026-10-30 12:00:00','2026-10-30 12:00:00',7),
(6,3,3,2,NULL,'2026-10-01',NULL,25,25,'linked by hand','2026-10-30 12:00:00',NULL,NULL);
INSERT INTO ledger.treasury_export VALUES
(1,'open_items','PARTITE.txt','text',NULL,1611,3,1,'test','2026-10-20 06:00:00');
INSERT INTO ledger.treasury_export_total VALUES
(1,'ALBA','EUR','credit',1,122),
(1,'ALBA','EUR','debit',2,85);
INSERT INTO ledger.vat_code VALUES
(1,NULL,'22','VAT 22',22,NULL,'I','normal',100,'1502001',NULL);
