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
(1,NULL,'FTVE','Reason FTVE'),
(1,NULL,'SPEB','Reason SPEB');
INSERT INTO ledger.audit_record VALUES
(1,'2026-11-30 08:30:05.474183','import','import 1/1: RITCOGE_1@58779c03e62f.txt','partita',NULL,'test',1,NULL,'{"content_sha256":"58779c03e62f341d0bd35f417842bcd7210997b6958991c5736a2cb28a0b910d","credit_total":"125.0000","debit_total":"125.0000","linked_posting_count":2,"posted_movement_count":3,"posting_count":6,"status":"posted","unlinked_posting_count":1}','0000000000000000000000000000000000000000000000000000000000000000','2046677a4c36e575c2faca0c95f6820693785ad9510ab9f4a8062713d55fdf73'),
(2,'2026-10-20 08:00:00','register','delivery d1','partita',NULL,'test',1,'{"decided_count":0,"document_count":0,"file_count":0,"left_out_count":0,"message_count":0,"open_file_count":0,"registered_count":0,"repeated_count":0,"waiting_count":0}','{"decided_count":0,"document_count":2,"file_count":2,"left_out_count":0,"message_count":0,"open_file_count":1,"registered_count":1,"repeated_count":0,"waiting_count":1}','2046677a4c36e575c2faca0c95f6820693785ad9510ab9f4a8062713d55fdf73','447f371b07b01aed300044361cc0d73a18501698a4699a7d02b3b365f84a8f27'),
(3,'2026-10-30 12:00:00','link','C1: 3/2; ALBA:FV-3','anna','as agreed','run link',1,'{"items":[{"item":"ALBA:FV-3","residual_amount":"70.0000","status":"open"}]}','{"entries":0,"imports":[],"items":[{"item":"ALBA:FV-3","residual_amount":"45.0000","status":"open"}],"postings":[]}','447f371b07b01aed300044361cc0d73a18501698a4699a7d02b3b365f84a8f27','1a6098338415cddfe12d6ac302b96414ea8cfeee0238c38256b57a41250c27d2'),
(4,'2026-11-30 08:30:08.159072','import','import 4/1: fatture@sa708f8a0e99e.csv','partita',NULL,'test',1,NULL,'{"content_sha256":"a708f8a0e99eb94f5e0463a4e9b1bfb12558b8f05d3466ae1698b955c5b16108","credit_total":"122.0000","debit_total":"122.0000","linked_posting_count":1,"posted_movement_count":1,"posting_count":3,"status":"incomplete","unlinked_posting_count":0}','1a6098338415cddfe12d6ac302b96414ea8cfeee0238c38256b57a41250c27d2','e9bd3a5e42b284c4e335227820f6da4735c0c559ff616b807dce27042873a337'),
(5,'2026-11-30 08:30:11.772238','sync','ALBA with ledger','anna',NULL,'run-1',2,NULL,'{"booked_count":1,"customer_count":0,"problem_count":0,"rejected_count":0,"unknown_count":0,"waiting_count":0}','e9bd3a5e42b284c4e335227820f6da4735c0c559ff616b807dce27042873a337','4594049644acb611f59bf1ffed40fc991bfcfed3ad7e1e9f988538cb62cb7642'),
(6,'2026-11-30 08:30:11.967892','undo','C2: C1','anna','as agreed','run-2',2,'{"items":[{"item":"ALBA:FV-3","residual_amount":"45.0000","status":"open"}]}','{"entries":0,"imports":[],"items":[{"item":"ALBA:FV-3","residual_amount":"70.0000","status":"open"}],"postings":[]}','4594049644acb611f59bf1ffed40fc991bfcfed3ad7e1e9f988538cb62cb7642','b7642b47fef197d13dee8de31e671adf8cbb601d9f473346cd0cb4054892b97c');
INSERT INTO ledger.automatic_registration VALUES
('ALBA',true,'2026-10-01 08:00:00','anna');
INSERT INTO ledger.company VALUES
(1,'ALBA','Company ALBA','EUR','IT','09990019995','09990019995');
INSERT INTO ledger.correction VALUES
(1,'link','3/2; ALBA:FV-3','{"items": ["ALBA:FV-3"], "payment": "3/2"}','anna','as agreed','run link','2026-10-30 12:00:00',NULL,NULL,2),
(2,'undo','C1','{"correction": 1}','anna','as agreed','run-2','2026-11-30 08:30:11.967892',NULL,1,NULL);
INSERT INTO ledger.correction_effect VALUES
(1,'settlement_made',5,NULL),
(2,'settlement_undone',5,NULL);
INSERT INTO ledger.counterparty VALUES
(1,'S001','Acciai Montevuoto S.p.A.','supplier','IT','09990149990','09990149990',NULL),
(1,'C001','Counterparty C001','customer','IT','09990049992','09990049992',NULL);
INSERT INTO ledger.counterparty_identifier VALUES
(1,'S001','0088','4000000000006',NULL,NULL);
INSERT INTO ledger.delivered_file VALUES
(1,2,'d1-1@413e00dd8706.xml',NULL),
(1,3,'d1-2@29c56971ca04.xml',NULL);
INSERT INTO ledger.delivery VALUES
(1,'d1','files','open','2026-10-20 08:00:00','2026-10-20 08:00:00','test');
INSERT INTO ledger.document VALUES
(1,2,1,'registered','ALBA','S001','ALBA|=S001|1/A|2026|I','e2d68742cf0da554c89fe8b9ca1655afb5793ca1418f59320871dce6f216e149','FPA12','TD01',false,'1/A','2026-10-15','2026-10-20 08:00:00','EUR','IT','09990149990','09990149990','Acciai Montevuoto S.p.A.','','09990019995',NULL,'Company ALBA',122,122,'base and VAT',NULL,'2026-10-20 08:00:00','partita','automatic','TD01',NULL,NULL,NULL,'1/A','1A','1A','TAX:IT09990149990 VAT:IT09990149990',22,'FA2026-FBB686FDA016',NULL),
(2,3,1,'to_register','ALBA','S001','ALBA|=S001|2/A|2026|I','1515612907a80b9e7e20bbe4e4a1a3c96e6218f26ad077fcc9c485e8bd5158df','FPA12','TD01',false,'2/A','2026-10-15','2026-10-20 08:00:00','EUR','IT','09990149990','09990149990','Acciai Montevuoto S.p.A.','','09990019995',NULL,'Company ALBA',10.4,10.4,'base and VAT','R07',NULL,NULL,NULL,'TD01',NULL,NULL,NULL,'2/A','2A','2A','TAX:IT09990149990 VAT:IT09990149990',0.4,NULL,NULL);
INSERT INTO ledger.dropped_file VALUES
('d1-1@413e00dd8706.xml',1,'d1-1.xml','413e00dd870683272f5a39fb224b3be90e16a07955ad32a8b6b2c04617b3449b',937),
('d1-2@29c56971ca04.xml',1,'d1-2.xml','29c56971ca0419f088e5b22058b8aac2cfaf4d78ba7e3b4f7d00ee7c02d78582',933);
INSERT INTO ledger.exchange_rate VALUES
(1,'USD','2026-10-05',1.25,'EUR');
INSERT INTO ledger.exported_item VALUES
('ALBA','FV-1','1500001','debit','EUR',40),
('ALBA','FV-3','1500001','debit','EUR',45),
('ALBA','FP-1','4000001','credit','EUR',50),
('ALBA','FP-2','4000001','credit','EUR',50),
('ALBA','FA2026-FBB686FDA016-01','4000001','credit','EUR',122);
INSERT INTO ledger.file_import VALUES
(1,'trace','RITCOGE_1@58779c03e62f.txt','RITCOGE_1.txt','58779c03e62f341d0bd35f417842bcd7210997b6958991c5736a2cb28a0b910d',6126,'text','posted',1,1,'test','2026-11-30 08:30:05.474183',6,3,3,0,6,2,1,0,1,125,125,NULL,NULL,NULL,NULL,NULL,NULL),
(2,'invoice','d1-1@413e00dd8706.xml','d1-1.xml','413e00dd870683272f5a39fb224b3be90e16a07955ad32a8b6b2c04617b3449b',937,'fatturapa','posted',1,1,'test','2026-10-20 08:00:00',1,1,1,0,3,1,0,0,0,122,122,NULL,NULL,NULL,NULL,NULL,2),
(3,'invoice','d1-2@29c56971ca04.xml','d1-2.xml','29c56971ca0419f088e5b22058b8aac2cfaf4d78ba7e3b4f7d00ee7c02d78582',933,'fatturapa','failed',1,1,'test','2026-10-20 08:00:00',1,1,0,0,0,0,0,1,0,0,0,NULL,NULL,NULL,NULL,NULL,2),
(4,'sales','fatture@sa708f8a0e99e.csv','fatture.csv','a708f8a0e99eb94f5e0463a4e9b1bfb12558b8f05d3466ae1698b955c5b16108',509,'csv','incomplete',1,1,'test','2026-11-30 08:30:08.159072',2,2,1,0,3,1,0,1,0,122,122,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO ledger.finding VALUES
(1,1,1,'RITCOGE_1.txt',6,5313,5339,'open_item_key','open_item_not_found','WARN','GONE','the key of an open item of the company','The payment is posted but not linked. `partita unlinked` shows the candidates and `partita link` links it to the right one.','ALBA','000003','ALBA|TES|2026|3','2026-11-30 08:30:05.474183',NULL,NULL,NULL,NULL),
(3,1,1,'d1-2.xml',1,NULL,NULL,'vat_summary.vat_rate','R07','ERROR','4 %','a VAT code with this rate and nature','Add the VAT code to vat_codes.csv, then rerun.','ALBA',NULL,'2','2026-10-20 08:00:00',NULL,NULL,NULL,NULL),
(4,1,1,'fatture.csv',3,437,508,'description','sales_rule_missing','ERROR','Saws','a rule of sales_rules.csv that fits the line','Add a rule to sales_rules.csv or name account_code and vat_code in the file and rerun.','ALBA','2','FV2026F5C1EAC42B07','2026-11-30 08:30:08.159072',NULL,NULL,NULL,NULL);
INSERT INTO ledger.import_attempt VALUES
(1,1,'test',1,'2026-11-30 08:30:05.474183','posted',3,0,1),
(2,1,'test',1,'2026-10-20 08:00:00','posted',1,0,0),
(3,1,'test',1,'2026-10-20 08:00:00','failed',0,1,0),
(4,1,'test',1,'2026-11-30 08:30:08.159072','incomplete',1,1,0);
INSERT INTO ledger.imported_movement VALUES
('ALBA|TES|2026|1|2026-10-01|60.00|1801001',1,1),
('ALBA|TES|2026|2|2026-10-01|40.00|1801001',2,1),
('ALBA|TES|2026|3|2026-10-01|25.00|1801001',3,1);
INSERT INTO ledger.invoice_rule VALUES
(1,'STEEL',NULL,'S001',NULL,NULL,'7101001','22');
INSERT INTO ledger.item_deferred_vat VALUES
(1,'ALBA','FP-2',2,'4502001','1502001');
INSERT INTO ledger.item_withholding VALUES
(1,'ALBA','FP-1',10,'7509001');
INSERT INTO ledger.journal_entry VALUES
(1,1,1,'trace','ALBA','2026-10-01','ICLI','000001','ALBA|TES|2026|1|2026-10-01|60.00|1801001',1,NULL,'2026-11-30 08:30:05.474183'),
(2,1,1,'trace','ALBA','2026-10-01','ICLI','000002','ALBA|TES|2026|2|2026-10-01|40.00|1801001',3,NULL,'2026-11-30 08:30:05.474183'),
(3,1,1,'trace','ALBA','2026-10-01','ICLI','000003','ALBA|TES|2026|3|2026-10-01|25.00|1801001',5,NULL,'2026-11-30 08:30:05.474183'),
(4,2,1,'invoice','ALBA','2026-10-20','FTAC',NULL,'ALBA|=S001|1/A|2026|I',1,NULL,'2026-10-20 08:00:00'),
(5,4,1,'sales','ALBA','2026-10-05','FTVE',NULL,'ALBA|I|1|2026',2,NULL,'2026-11-30 08:30:08.159072');
INSERT INTO ledger.open_item VALUES
(1,'ALBA','1500001','FV-1','debit',NULL,NULL,NULL,'EUR',100,100,60,60,'open',NULL,'opening',NULL,'2026-11-30 08:30:04.193386',NULL),
(2,'ALBA','1500001','FV-2','debit',NULL,NULL,NULL,'EUR',40,40,40,40,'closed',NULL,'opening',NULL,'2026-11-30 08:30:04.193386',NULL),
(3,'ALBA','1500001','FV-3','debit',NULL,NULL,NULL,'EUR',70,70,0,0,'open',NULL,'opening',NULL,'2026-11-30 08:30:04.193386',NULL),
(4,'ALBA','4000001','FP-1','credit',NULL,NULL,NULL,'EUR',50,50,0,0,'open',NULL,'opening',NULL,'2026-11-30 08:30:04.193386',NULL),
(5,'ALBA','4000001','FP-2','credit',NULL,NULL,NULL,'EUR',50,50,0,0,'open',NULL,'opening',NULL,'2026-11-30 08:30:04.193386',NULL),
(6,'ALBA','4000001','FA2026-FBB686FDA016-01','credit','1/A','2026-10-15','2026-11-14','EUR',122,122,0,0,'open','Invoice 1/A Acciai Montevuoto S.p.A.','invoice',4,'2026-10-20 08:00:00',NULL),
(7,'ALBA','1500001','FV2026E55FD9E6AA48-01','debit','1','2026-10-05','2026-10-05','EUR',122,122,0,0,'open','Invoice 1 Counterparty C001','sales',5,'2026-11-30 08:30:08.159072',NULL);
INSERT INTO ledger.posting VALUES
(1,1,1,1,0,1019,'ALBA','1801001','2026-10-01','ICLI','EUR',60,0,'EUR',60,NULL,NULL,NULL,false,0,NULL),
(1,2,1,2,1021,2040,'ALBA','1500001','2026-10-01','ICLI','EUR',0,60,'EUR',-60,NULL,'FV-1','A',true,60,NULL),
(2,1,1,3,2042,3061,'ALBA','1801001','2026-10-01','ICLI','EUR',40,0,'EUR',40,NULL,NULL,NULL,false,0,NULL),
(2,2,1,4,3063,4082,'ALBA','1500001','2026-10-01','ICLI','EUR',0,40,'EUR',-40,NULL,'FV-2','S',true,40,NULL),
(3,1,1,5,4084,5103,'ALBA','1801001','2026-10-01','ICLI','EUR',25,0,'EUR',25,NULL,NULL,NULL,false,0,NULL),
(3,2,1,6,5105,6124,'ALBA','1500001','2026-10-01','ICLI','EUR',0,25,'EUR',-25,NULL,'GONE','S',false,0,'settlement_undone'),
(4,1,2,1,NULL,NULL,'ALBA','7101001','2026-10-20','FTAC','EUR',100,0,'EUR',100,'Invoice 1/A of 2026-10-15 Acciai Montevuoto S.p.A.',NULL,NULL,false,0,NULL),
(4,2,2,1,NULL,NULL,'ALBA','1502001','2026-10-20','FTAC','EUR',22,0,'EUR',22,'Invoice 1/A of 2026-10-15 Acciai Montevuoto S.p.A. - VAT 22',NULL,NULL,false,0,NULL),
(4,3,2,1,NULL,NULL,'ALBA','4000001','2026-10-20','FTAC','EUR',0,122,'EUR',-122,'Invoice 1/A of 2026-10-15 Acciai Montevuoto S.p.A.','FA2026-FBB686FDA016-01',NULL,true,0,NULL),
(5,1,4,2,365,436,'ALBA','1500001','2026-10-05','FTVE','EUR',122,0,'EUR',122,'Invoice 1 of 2026-10-05 Counterparty C001','FV2026E55FD9E6AA48-01',NULL,true,0,NULL),
(5,2,4,2,365,436,'ALBA','7001001','2026-10-05','FTVE','EUR',0,100,'EUR',-100,'Invoice 1 of 2026-10-05 Counterparty C001',NULL,NULL,false,0,NULL),
(5,3,4,2,365,436,'ALBA','4502001','2026-10-05','FTVE','EUR',0,22,'EUR',-22,'Invoice 1 of 2026-10-05 Counterparty C001 - VAT',NULL,NULL,false,0,NULL);
INSERT INTO ledger.posting_rule VALUES
(1,NULL,'SPEB','forecast',NULL,0);
INSERT INTO ledger.protocol_number VALUES
('ALBA','VEN',2026,1,1);
INSERT INTO ledger.reason_description VALUES
(1,NULL,'Incasso','ICLI');
INSERT INTO ledger.reference_file VALUES
('companies.csv',1,'4b24749a0f70cad0941bbb38a97fc010dcbbc9dd52d5edfbed58df8a5d92d03e',1,'2026-11-30 08:30:04.193386'),
('chart_of_accounts.csv',1,'08c5e24fedb4b63bbfb1b08c8af3e3f6353154da25ea0af6279e6258dec6d2e9',9,'2026-11-30 08:30:04.193386'),
('accounting_reasons.csv',1,'57316898f2ea1915dbe08cb657a4493908ff98aedceaf8d31225fcd4b843fc79',5,'2026-11-30 08:30:04.193386'),
('reason_descriptions.csv',1,'d97e789b22e16489745e39849b263eed8a82786eaf92f60aa04f3983db404637',1,'2026-11-30 08:30:04.193386'),
('counterparties.csv',1,'c95fbb722dde2bf9ce4405ce9c5344bba536251a313b8df0bca09b78893ef583',2,'2026-11-30 08:30:04.193386'),
('accounting_periods.csv',1,'878c935da0c71a4916501e77dd453b8c52ca298058ade181ba48cb61ba94c090',3,'2026-11-30 08:30:04.193386'),
('opening_open_items.csv',1,'a50e6cbf34375970540b0b65c90d0da8cdc23153c774743bab23505fcf4f435e',5,'2026-11-30 08:30:04.193386'),
('settings.csv',1,'5bf0f76746fb03097347a157cbee11289aafa991af920d68f361faed08e550be',1,'2026-11-30 08:30:04.193386'),
('sales_rules.csv',1,'e81392263dd2dc93b2e78afa0c6c8025c764f496188c4ee9c22acca2fffae72b',1,'2026-11-30 08:30:04.193386'),
('vat_codes.csv',1,'3ab5e17707a38c48c2c16e6ae24aa203e6915065893baa8e9d2c2b8c406ddbaa',1,'2026-11-30 08:30:04.193386'),
('invoice_rules.csv',1,'86fdfc1f76a56fd9ae65d25ee46ca62760e175ae9d98a07cd608688c392a3199',1,'2026-11-30 08:30:04.193386'),
('withholding_accounts.csv',1,'2018f6d51a7a595c220c27e0fbf59c19a5446dabe7d7753db6a7c228026aa06b',1,'2026-11-30 08:30:04.193386'),
('welfare_funds.csv',1,'454937a5a98b8e343372d6c449b99a874cc64604618e93e2f266ad55f6bc0a48',1,'2026-11-30 08:30:04.193386'),
('supplier_terms.csv',1,'49e6c5ac89f0c7c735b210b1d3229cad05a0599cd8732b02aee8d1f02b1b07fe',1,'2026-11-30 08:30:04.193386'),
('exchange_rates.csv',1,'c91b302b22464d38d653bff968e26d8ac8e4bbbfce711855931df32254769999',1,'2026-11-30 08:30:04.193386'),
('counterparty_identifiers.csv',1,'cddea9594f8f142901b2c41ebf927cf4dbdc205cb7ed35a60df29c727714a2d6',1,'2026-11-30 08:30:04.193386'),
('posting_rules.csv',1,'ddf6bac57ad3c9d86797df922d7fcc5974bfae198718fec5237684cafb9aa73f',1,'2026-11-30 08:30:04.193386'),
('item_withholding.csv',1,'4fdba0fd2a6523fcdaa59b7f1fb4e3cf2cfc240ea0372ac630480bd9b50a72c0',1,'2026-11-30 08:30:04.193386'),
('item_deferred_vat.csv',1,'6217906c2beb8b3a09c82afbf5aa9a56038418ccaf7e41bce8d3ce6d43eb323c',1,'2026-11-30 08:30:04.193386'),
('treasury_accounts.csv',1,'8ffb156dca6671b50a20d0adce798a70ea9f714228882e46ba87ea85a1123093',1,'2026-11-30 08:30:04.193386'),
('sync_codes.csv',2,'28b6c9f14f83afd71c7f19817ef2a3df87c5652cd7717d329cb87bc0dc5f513d',1,'2026-11-30 08:30:08.785657');
INSERT INTO ledger.registration VALUES
(1,'ALBA|=S001|1/A|2026|I',1,4,'ALBA','S001','4000001','2026-10-20','automatic','Company by VAT number. Supplier by VAT number and tax code. Account 7101001 by rule STEEL, VAT code 22. Total: base and VAT. Lines: lines. Instalments: no payments: due by the terms',1,'test',NULL,NULL,'2026-10-20 08:00:00',NULL,'ALBA|=S001|1/A|2026|I',NULL,2);
INSERT INTO ledger.registration_part VALUES
(1,1,22,NULL,'7101001','22','rule','STEEL',100,22,22,0);
INSERT INTO ledger.sales_invoice VALUES
(1,'FV2026E55FD9E6AA48',4,1,'ALBA',false,'1','2026-10-05','2026-10-05','EUR','booked','sent','C001','1500001','Counterparty C001','IT','09990049992','09990049992',NULL,NULL,NULL,100,22,122,'lines and VAT','2026-10-05 122.00','81e638098da9685cf5cdf9142dac756c702f93ff0835b2b0005bc8abc7874251',5,'2026-11-30 08:30:08.159072','2026-11-30 08:30:08.159072',NULL,NULL,NULL,NULL,0);
INSERT INTO ledger.sales_line VALUES
(1,1,'Saws',100,22,NULL,'7001001','22','SALES-22');
INSERT INTO ledger.sales_rule VALUES
(1,'SALES-22',NULL,NULL,NULL,22,NULL,'7001001','22','4502001');
INSERT INTO ledger.setting VALUES
(1,NULL,'rounding_account','7509001');
INSERT INTO ledger.settlement VALUES
(2,1,1,2,1,'2026-10-01','A',60,60,'company and open_item_key','2026-11-30 08:30:05.474183',NULL,NULL),
(4,2,2,2,1,'2026-10-01','S',40,40,'company and open_item_key','2026-11-30 08:30:05.474183',NULL,NULL),
(5,3,3,2,NULL,'2026-10-01',NULL,25,25,'linked by hand','2026-10-30 12:00:00','2026-11-30 08:30:11.967892',NULL);
INSERT INTO ledger.supplier_term VALUES
(1,'S001',30,false,true);
INSERT INTO ledger.sync_code VALUES
(2,'ALBA','account','7001001','ricavi');
INSERT INTO ledger.sync_event VALUES
(1,'2026-11-30 08:30:11.676604','run-1','ledger','booked','VEN 2026/1',NULL,NULL);
INSERT INTO ledger.sync_outbox VALUES
(1,'ALBA','ledger','booked','run-1',0,'2026-11-30 08:30:11.676604',NULL,'2026-11-30 08:30:11.676604','VEN',NULL,'1','VEN 2026/1',NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO ledger.treasury_account VALUES
(1,'ALBA','1500001',NULL,'INCASS',NULL,NULL,NULL,NULL,NULL,'Cogollo',NULL);
INSERT INTO ledger.treasury_export VALUES
(1,'open_items','PARTITE.txt','text',NULL,2683,5,1,'test','2026-10-20 06:00:00');
INSERT INTO ledger.treasury_export_total VALUES
(1,'ALBA','EUR','credit',3,212),
(1,'ALBA','EUR','debit',2,85);
INSERT INTO ledger.vat_code VALUES
(1,NULL,'22','VAT 22',22,NULL,'I','normal',100,'1502001',NULL);
INSERT INTO ledger.welfare_fund_account VALUES
(1,NULL,'TC01',NULL,false);
INSERT INTO ledger.withholding_account VALUES
(1,NULL,'RT01','7509001');
