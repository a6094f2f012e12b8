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
INSERT INTO ledger.automatic_registration VALUES
('ALBA',true,'2026-10-01 08:00:00','anna');
INSERT INTO ledger.company VALUES
(1,'ALBA','Company ALBA','EUR','IT','09990019995','09990019995');
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
INSERT INTO ledger.file_import VALUES
(1,'trace','RITCOGE_1@58779c03e62f.txt','RITCOGE_1.txt','58779c03e62f341d0bd35f417842bcd7210997b6958991c5736a2cb28a0b910d',6126,'text','posted',1,1,'test','2026-11-30 08:22:01.143054',6,3,3,0,6,2,1,0,1,125,125,NULL,NULL,NULL,NULL,NULL),
(2,'trace','RITCOGE_2@e9df532d1640.txt','RITCOGE_2.txt','e9df532d164080e3ed9afae61e1de2a58738ba39975507969803e8009d04854c',4084,'text','incomplete',1,1,'test','2026-11-30 08:22:01.384777',4,2,1,0,2,0,1,1,0,5,5,NULL,NULL,NULL,NULL,NULL),
(3,'invoice','d1-1@4e8ca37dad0d.xml','d1-1.xml','4e8ca37dad0d94c8f74bd99b47a1738f7ab4e62c4a9e2d232212466970c64396',876,'fatturapa','posted',1,1,'test','2026-10-20 08:00:00',1,1,1,0,3,1,0,0,0,122,122,NULL,NULL,NULL,NULL,NULL),
(4,'invoice','d1-2@fa29d44cec5c.xml','d1-2.xml','fa29d44cec5c7f8125cd1a8e609e9662f8b8f97145ea354ab1fce4477573cafb',872,'fatturapa','failed',1,1,'test','2026-10-20 08:00:00',1,1,0,0,0,0,0,1,0,0,0,NULL,NULL,NULL,NULL,NULL);
INSERT INTO ledger.finding VALUES
(1,1,1,'RITCOGE_1.txt',6,5313,5339,'open_item_key','open_item_not_found','WARN','GONE','the key of an open item of the company','The payment is posted but not linked. Look at the candidates and link it to the right item.','ALBA','000003','ALBA|TES|2026|3','2026-11-30 08:22:01.143054',NULL,NULL,NULL,NULL),
(2,1,1,'RITCOGE_2.txt',4,3243,3259,'account','unknown_account','ERROR','1599999','an account of the company in chart_of_accounts.csv','Add the account to chart_of_accounts.csv or correct it in the treasury program; then rerun the file.','ALBA','000002','ALBA|TES|2026|12','2026-11-30 08:22:01.384777',NULL,NULL,NULL,NULL),
(4,1,1,'d1-2.xml',1,NULL,NULL,'vat_summary.vat_rate','R07','ERROR','4 %','a VAT code with this rate and nature','Add the VAT code to vat_codes.csv, then rerun.','ALBA',NULL,'2','2026-10-20 08:00:00',NULL,NULL,NULL,NULL);
INSERT INTO ledger.import_attempt VALUES
(1,1,'test',1,'2026-11-30 08:22:01.143054','posted',3,0,1),
(2,1,'test',1,'2026-11-30 08:22:01.384777','incomplete',1,1,0),
(3,1,'test',1,'2026-10-20 08:00:00','posted',1,0,0),
(4,1,'test',1,'2026-10-20 08:00:00','failed',0,1,0);
INSERT INTO ledger.imported_movement VALUES
('ALBA|TES|2026|1|2026-10-01|60.00|1801001',1,1),
('ALBA|TES|2026|2|2026-10-01|40.00|1801001',2,1),
('ALBA|TES|2026|3|2026-10-01|25.00|1801001',3,1),
('ALBA|TES|2026|11|2026-10-01|5.00|1801001',4,2);
INSERT INTO ledger.invoice_rule VALUES
(1,'STEEL',NULL,'S001',NULL,NULL,'7101001','22');
INSERT INTO ledger.journal_entry VALUES
(1,1,1,'trace','ALBA','2026-10-01','ICLI','000001','ALBA|TES|2026|1|2026-10-01|60.00|1801001',1,NULL,'2026-11-30 08:22:01.143054'),
(2,1,1,'trace','ALBA','2026-10-01','ICLI','000002','ALBA|TES|2026|2|2026-10-01|40.00|1801001',3,NULL,'2026-11-30 08:22:01.143054'),
(3,1,1,'trace','ALBA','2026-10-01','ICLI','000003','ALBA|TES|2026|3|2026-10-01|25.00|1801001',5,NULL,'2026-11-30 08:22:01.143054'),
(4,2,1,'trace','ALBA','2026-10-01','ICLI','000001','ALBA|TES|2026|11|2026-10-01|5.00|1801001',1,NULL,'2026-11-30 08:22:01.384777'),
(5,3,1,'invoice','ALBA','2026-10-20','FTAC',NULL,'ALBA|IT|09990149990|1/A|2026|I',1,NULL,'2026-10-20 08:00:00');
INSERT INTO ledger.match_candidate VALUES
(3,2,2,3,35,'amount differs by 45.00; no due date; same account'),
(3,2,1,1,35,'amount differs by 15.00; no due date; same account'),
(4,2,1,1,35,'amount differs by 35.00; no due date; same account'),
(4,2,2,3,35,'amount differs by 65.00; no due date; same account');
INSERT INTO ledger.open_item VALUES
(1,'ALBA','1500001','FV-1','debit',NULL,NULL,NULL,'EUR',100,100,60,60,'open',NULL,'opening',NULL,'2026-11-30 08:22:00.311337'),
(2,'ALBA','1500001','FV-2','debit',NULL,NULL,NULL,'EUR',40,40,40,40,'closed',NULL,'opening',NULL,'2026-11-30 08:22:00.311337'),
(3,'ALBA','1500001','FV-3','debit',NULL,NULL,NULL,'EUR',70,70,0,0,'open',NULL,'opening',NULL,'2026-11-30 08:22:00.311337'),
(4,'ALBA','4000001','FA2026-20EE7012DDA3-01','credit','1/A','2026-10-15','2026-11-14','EUR',122,122,0,0,'open','Invoice 1/A Acciai Montevuoto S.p.A.','invoice',5,'2026-10-20 08:00:00');
INSERT INTO ledger.posting VALUES
(1,1,1,1,0,1019,'ALBA','1801001','2026-10-01','ICLI','EUR',60,0,'EUR',60,NULL,NULL,NULL,false,0,NULL),
(1,2,1,2,1021,2040,'ALBA','1500001','2026-10-01','ICLI','EUR',0,60,'EUR',-60,NULL,'FV-1','A',true,60,NULL),
(2,1,1,3,2042,3061,'ALBA','1801001','2026-10-01','ICLI','EUR',40,0,'EUR',40,NULL,NULL,NULL,false,0,NULL),
(2,2,1,4,3063,4082,'ALBA','1500001','2026-10-01','ICLI','EUR',0,40,'EUR',-40,NULL,'FV-2','S',true,40,NULL),
(3,1,1,5,4084,5103,'ALBA','1801001','2026-10-01','ICLI','EUR',25,0,'EUR',25,NULL,NULL,NULL,false,0,NULL),
(3,2,1,6,5105,6124,'ALBA','1500001','2026-10-01','ICLI','EUR',0,25,'EUR',-25,NULL,'GONE','S',false,0,'open_item_not_found'),
(4,1,2,1,0,1019,'ALBA','1801001','2026-10-01','ICLI','EUR',5,0,'EUR',5,NULL,NULL,NULL,false,0,NULL),
(4,2,2,2,1021,2040,'ALBA','1500001','2026-10-01','ICLI','EUR',0,5,'EUR',-5,NULL,NULL,'S',false,0,'no_open_item_key'),
(5,1,3,1,NULL,NULL,'ALBA','7101001','2026-10-20','FTAC','EUR',100,0,'EUR',100,'Invoice 1/A of 2026-10-15 Acciai Montevuoto S.p.A.',NULL,NULL,false,0,NULL),
(5,2,3,1,NULL,NULL,'ALBA','1502001','2026-10-20','FTAC','EUR',22,0,'EUR',22,'Invoice 1/A of 2026-10-15 Acciai Montevuoto S.p.A. - VAT 22',NULL,NULL,false,0,NULL),
(5,3,3,1,NULL,NULL,'ALBA','4000001','2026-10-20','FTAC','EUR',0,122,'EUR',-122,'Invoice 1/A of 2026-10-15 Acciai Montevuoto S.p.A.','FA2026-20EE7012DDA3-01',NULL,true,0,NULL);
INSERT INTO ledger.reference_file VALUES
('companies.csv',1,'4b24749a0f70cad0941bbb38a97fc010dcbbc9dd52d5edfbed58df8a5d92d03e',1,'2026-11-30 08:22:00.311337'),
('chart_of_accounts.csv',1,'08c5e24fedb4b63bbfb1b08c8af3e3f6353154da25ea0af6279e6258dec6d2e9',9,'2026-11-30 08:22:00.311337'),
('accounting_reasons.csv',1,'3e71cd5684cd5a52f95442d5d27bb3dfef99bde2a3fa8169337959cd557f088c',4,'2026-11-30 08:22:00.311337'),
('reason_descriptions.csv',1,'c07ad16ba055d79db6e3e6b09ee5cd32ca9a00895cbd1c51b3994d9dd0ff27f6',0,'2026-11-30 08:22:00.311337'),
('counterparties.csv',1,'c95fbb722dde2bf9ce4405ce9c5344bba536251a313b8df0bca09b78893ef583',2,'2026-11-30 08:22:00.311337'),
('accounting_periods.csv',1,'878c935da0c71a4916501e77dd453b8c52ca298058ade181ba48cb61ba94c090',3,'2026-11-30 08:22:00.311337'),
('opening_open_items.csv',1,'487f9840a02967b452ee3a83c5f288b4dcb2f8e6f0b35c23569e797f6324c47e',3,'2026-11-30 08:22:00.311337'),
('settings.csv',1,'5bf0f76746fb03097347a157cbee11289aafa991af920d68f361faed08e550be',1,'2026-11-30 08:22:00.311337'),
('vat_codes.csv',1,'3ab5e17707a38c48c2c16e6ae24aa203e6915065893baa8e9d2c2b8c406ddbaa',1,'2026-11-30 08:22:00.311337'),
('invoice_rules.csv',1,'86fdfc1f76a56fd9ae65d25ee46ca62760e175ae9d98a07cd608688c392a3199',1,'2026-11-30 08:22:00.311337');
INSERT INTO ledger.registration VALUES
(1,'ALBA|IT|09990149990|1/A|2026|I',1,5,'ALBA','S001','4000001','2026-10-20','automatic','Company by VAT number. Supplier by VAT number and tax code. Account 7101001 by rule STEEL, VAT code 22. Total: base and VAT. Lines: lines. Instalments: no payments: due by the terms',1,'test',NULL,NULL,'2026-10-20 08:00:00',NULL);
INSERT INTO ledger.registration_part VALUES
(1,1,22,NULL,'7101001','22','rule','STEEL',100,22,22,0);
INSERT INTO ledger.setting VALUES
(1,NULL,'rounding_account','7509001');
INSERT INTO ledger.settlement VALUES
(1,1,1,2,1,'2026-10-01','A',60,60,'company and open_item_key','2026-11-30 08:22:01.143054',NULL,NULL),
(2,2,2,2,1,'2026-10-01','S',40,40,'company and open_item_key','2026-11-30 08:22:01.143054',NULL,NULL);
INSERT INTO ledger.vat_code VALUES
(1,NULL,'22','VAT 22',22,NULL,'I','normal',100,'1502001',NULL);
